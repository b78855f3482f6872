/// The two frames of a message: a header of 32 bytes, and a body.
///
///     magic "PSWP" · kind u8 · zero u8 · version u16 · session u64 · sequence u64 · body bytes u32 · CRC-32C of the body u32
///
/// All numbers are little-endian. The layout of the header never changes.
package struct Frame: Hashable, Sendable {
    package enum Kind: UInt8, Sendable {
        /// An `Envelope` of Protocol.proto.
        case message = 1
        /// What a command line asks a coordinator, and its answer; JSON.
        case request = 2
        case answer = 3
        /// Several envelopes, as ``MessageBatch`` packs them.
        case batch = 4
        /// What is said on the sockets for blobs; see BlobLayout.swift.
        case blob = 5
    }

    package static let headerBytes = 32
    /// The largest body; a map or a sweep file travels in pieces.
    package static let bodyBytesLimit = 64 * 1024
    private static let magic: [UInt8] = Array("PSWP".utf8)

    package let kind: Kind
    package let version: Int
    package let session: UInt64
    /// Counts a side's messages within a session.
    package let sequence: UInt64
    package let body: [UInt8]

    package init(kind: Kind, version: Int, session: UInt64, sequence: UInt64, body: [UInt8]) {
        self.kind = kind
        self.version = version
        self.session = session
        self.sequence = sequence
        self.body = body
    }

    /// The header's bytes.
    package var header: [UInt8] {
        var bytes = Self.magic + [kind.rawValue, 0]
        bytes.append(littleEndian: UInt16(clamping: version))
        bytes.append(littleEndian: session)
        bytes.append(littleEndian: sequence)
        bytes.append(littleEndian: UInt32(clamping: body.count))
        bytes.append(littleEndian: CRC32C.checksum(of: body))
        return bytes
    }

    /// The message that these two frames hold.
    ///
    /// - Throws: What is wrong with them; nothing of a bad message is used.
    package init(header: [UInt8], body: [UInt8]) throws(WireError) {
        guard header.count == Self.headerBytes else { throw .headerSize(header.count) }
        guard Array(header[0..<4]) == Self.magic else { throw .magic }
        guard let kind = Kind(rawValue: header[4]) else { throw .kind(header[4]) }
        guard body.count <= Self.bodyBytesLimit else { throw .bodySize(body.count) }
        guard header.littleEndian(UInt32.self, at: 24) == UInt32(body.count) else { throw .bodySize(body.count) }
        guard header.littleEndian(UInt32.self, at: 28) == CRC32C.checksum(of: body) else { throw .checksum }
        self.init(
            kind: kind, version: Int(header.littleEndian(UInt16.self, at: 6)),
            session: header.littleEndian(UInt64.self, at: 8), sequence: header.littleEndian(UInt64.self, at: 16),
            body: body)
    }
}

extension [UInt8] {
    mutating func append<Number: FixedWidthInteger>(littleEndian number: Number) {
        for byte in 0..<Number.bitWidth / 8 { append(UInt8(truncatingIfNeeded: number >> (8 * byte))) }
    }

    /// The number at an offset at which there are enough bytes.
    func littleEndian<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) -> Number {
        (0..<Number.bitWidth / 8).reduce(0) { number, byte in
            number | Number(truncatingIfNeeded: self[offset + byte]) << (8 * byte)
        }
    }
}
