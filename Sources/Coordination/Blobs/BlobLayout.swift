/// The fixed layout of blob messages' bodies, for they are many and hold little beside bytes.
///
///     1 describe   kind u8 · name 32
///     2 want       kind u8 · name 32 · offset u64 · bytes u32
///     3 described  kind u8 · name 32 · size u64 · path, UTF-8, to the end; empty for none
///     4 chunk      kind u8 · name 32 · offset u64 · bytes to the end
///     5 refused    kind u8 · name 32 · reason u8
///     6 keep       kind u8 · name 32 · size u64
///     7 put        kind u8 · name 32 · offset u64 · size u64 · bytes to the end
///     8 kept       kind u8 · name 32 · bytes u64
///
/// All numbers are little-endian.
private enum BlobLayout {
    /// Kind and name.
    static let heading = 1 + BlobName.byteCount
}

extension BlobRequest {
    /// The message's body.
    package var body: [UInt8] {
        switch self {
        case .describe(let name): return [1] + name.bytes
        case .want(let name, let offset, let bytes):
            var body = [2] + name.bytes
            body.append(littleEndian: UInt64(clamping: offset))
            body.append(littleEndian: UInt32(clamping: bytes))
            return body
        case .keep(let name, let size):
            var body = [6] + name.bytes
            body.append(littleEndian: UInt64(clamping: size))
            return body
        case .put(let name, let size, let offset, let bytes):
            var body = [7] + name.bytes
            body.reserveCapacity(BlobLayout.heading + 16 + bytes.count)
            body.append(littleEndian: UInt64(clamping: offset))
            body.append(littleEndian: UInt64(clamping: size))
            return body + bytes
        }
    }

    /// The request in a body.
    ///
    /// - Throws: What is wrong with it; every number is within its limit when this returns.
    package init(body: [UInt8]) throws(WireError) {
        let (kind, name) = try body.blobHeading()
        switch (kind, body.count) {
        case (1, BlobLayout.heading): self = .describe(name)
        case (2, BlobLayout.heading + 12):
            let bytes = Int(body.littleEndian(UInt32.self, at: BlobLayout.heading + 8))
            guard (1...Policy.chunkBytes).contains(bytes) else { throw .number("bytes") }
            self = .want(name, offset: try body.blobNumber("offset"), bytes: bytes)
        case (6, BlobLayout.heading + 8):
            self = .keep(name, size: try body.fileSize(at: BlobLayout.heading))
        case (7, BlobLayout.heading + 17...BlobLayout.heading + 16 + Policy.chunkBytes):
            let (offset, size) = (try body.blobNumber("offset"), try body.fileSize(at: BlobLayout.heading + 8))
            let bytes = Array(body[(BlobLayout.heading + 16)...])
            guard offset <= size - bytes.count else { throw .number("offset") }
            self = .put(name, size: size, offset: offset, bytes: bytes)
        default: throw .undecodable
        }
    }
}

extension BlobAnswer {
    /// The message's body.
    package var body: [UInt8] {
        switch self {
        case .described(let name, let size, let path):
            var body = [3] + name.bytes
            body.append(littleEndian: UInt64(clamping: size))
            return body + Array((path ?? "").utf8)
        case .chunk(let name, let offset, let bytes):
            var body = [4] + name.bytes
            body.reserveCapacity(BlobLayout.heading + 8 + bytes.count)
            body.append(littleEndian: UInt64(clamping: offset))
            return body + bytes
        case .refused(let name, let reason): return [5] + name.bytes + [reason.rawValue]
        case .kept(let name, let bytes):
            var body = [8] + name.bytes
            body.append(littleEndian: UInt64(clamping: bytes))
            return body
        }
    }

    /// The answer in a body.
    ///
    /// - Throws: What is wrong with it; every number and length is within its limit when this returns.
    package init(body: [UInt8]) throws(WireError) {
        let (kind, name) = try body.blobHeading()
        let rest = body.count - BlobLayout.heading
        switch kind {
        case 3 where rest >= 8:
            guard rest - 8 <= Policy.textLimit else { throw .text("path", bytes: rest - 8, largest: Policy.textLimit) }
            guard let path = String(validating: body[(BlobLayout.heading + 8)...], as: UTF8.self) else {
                throw .undecodable
            }
            self = .described(name, size: try body.blobNumber("size"), path: path.isEmpty ? nil : path)
        case 4 where (9...8 + Policy.chunkBytes).contains(rest):
            let bytes = Array(body[(BlobLayout.heading + 8)...])
            self = .chunk(name, offset: try body.blobNumber("offset"), bytes: bytes)
        case 5 where rest == 1:
            guard let reason = BlobRefusal(rawValue: body[BlobLayout.heading]) else {
                throw .unknownValue("refusal")
            }
            self = .refused(name, reason)
        case 8 where rest == 8: self = .kept(name, bytes: try body.blobNumber("bytes"))
        default: throw .undecodable
        }
    }
}

extension [UInt8] {
    fileprivate func blobHeading() throws(WireError) -> (kind: UInt8, BlobName) {
        guard count >= BlobLayout.heading, let name = BlobName(self[1..<BlobLayout.heading]) else { throw .undecodable }
        return (self[0], name)
    }

    /// The size of a file that a worker gives.
    fileprivate func fileSize(at offset: Int) throws(WireError) -> Int {
        let size = littleEndian(UInt64.self, at: offset)
        guard (1...UInt64(TrialArtifact.sizeLimit)).contains(size) else { throw .number("size") }
        return Int(size)
    }

    /// The number behind the name.
    fileprivate func blobNumber(_ field: String) throws(WireError) -> Int {
        let number = littleEndian(UInt64.self, at: BlobLayout.heading)
        guard number <= UInt64(Policy.blobBytesLimit) else { throw .number(field) }
        return Int(number)
    }
}
