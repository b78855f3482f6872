/// What is wrong with bytes that came from a socket.
package enum WireError: Error, Hashable {
    case headerSize(Int)
    case magic
    case kind(UInt8)
    case bodySize(Int)
    case checksum
    case undecodable
    /// A message of the other direction, or one that this version does not know.
    case unexpectedContent
    case identifier(String, bytes: Int)
    case digest(String, bytes: Int)
    case text(String, bytes: Int, largest: Int)
    case count(String, found: Int, largest: Int)
    case number(String)
    case unknownValue(String)
    case mapBytes(found: Int, shapes: Int)
}

extension WireError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .headerSize(let bytes): "a header of \(bytes) bytes instead of \(Frame.headerBytes)"
        case .magic: "not a message of posweep"
        case .kind(let kind): "a message of unknown kind \(kind)"
        case .bodySize(let bytes): "a body of \(bytes) bytes, which is too large or not what its header says"
        case .checksum: "a body whose checksum is wrong"
        case .undecodable: "a body that is no message"
        case .unexpectedContent: "a message that is not expected from this side"
        case .identifier(let field, let bytes): "\(field) has \(bytes) bytes instead of 16"
        case .digest(let field, let bytes): "\(field) has a digest of \(bytes) bytes instead of \(BlobName.byteCount)"
        case .text(let field, let bytes, let largest): "\(field) has \(bytes) bytes, more than \(largest)"
        case .count(let field, let found, let largest): "\(field): \(found), more than \(largest)"
        case .number(let field): "\(field) is out of range"
        case .unknownValue(let field): "\(field) has a value that this version does not know"
        case .mapBytes(let found, let shapes): "\(found) bytes of maps whose shapes take \(shapes)"
        }
    }
}
