import Crypto
package import Foundation

/// A `.safetensors` file: named tensors behind a JSON header, read one at a time.
///
/// The header is checked whole before any tensor is read: its size against the file, each tensor's bytes against its
/// shape and type, and all tensors against the file, which they must cover without holes or overlaps.
package struct Safetensors: Sendable {
    package struct Entry: Hashable, Sendable {
        package let type: ElementType
        package let shape: [Int]
        /// Where its bytes are, counted from the end of the header.
        let bytes: Range<Int>
    }

    package enum ElementType: String, CaseIterable, Sendable {
        case float32 = "F32"
        case float16 = "F16"
        case bfloat16 = "BF16"

        var size: Int { self == .float32 ? 4 : 2 }
    }

    package let file: URL
    package let entries: [String: Entry]
    private let headerEnd: Int

    private static let headerLimit = 1 << 20

    /// Reads and checks the header.
    ///
    /// - Throws: `DataError` that names the file, the tensor and the cause.
    package init(readingFrom file: URL) throws(DataError) {
        func bad(_ cause: String) -> DataError { .notSafetensors(file.path, cause: cause) }
        let size = try FileReading.size(of: file)
        guard size >= 8 else { throw bad("it has \(size) bytes, too few for a header") }
        let length = try Self.read(8, at: 0, of: file).littleEndian(UInt64.self, at: 0) ?? 0
        guard length <= UInt64(Self.headerLimit) else {
            throw bad("its header claims \(length) bytes; up to \(Self.headerLimit) are read")
        }
        guard Int(length) <= size - 8 else { throw bad("its header claims \(length) bytes, the file has \(size)") }
        headerEnd = 8 + Int(length)
        self.file = file
        let header = try Self.read(Int(length), at: 8, of: file)
        entries = try SafetensorsHeader(header, bytes: size - headerEnd, bad: bad).entries
    }

    /// A tensor's values as float32, in row-major order.
    ///
    /// - Throws: `DataError.noSuchTensor` or `.tensorShape` where it is not there or has another shape.
    package func tensor(_ name: String, shape: [Int]) throws(DataError) -> [Float] {
        guard let entry = entries[name] else {
            throw .noSuchTensor(name, file: file.path, nearest: Array(entries.keys.sorted().prefix(3)))
        }
        guard entry.shape == shape else {
            throw .tensorShape(name, file: file.path, found: entry.shape, needed: shape)
        }
        let data = try Self.read(entry.bytes.count, at: headerEnd + entry.bytes.lowerBound, of: file)
        return entry.type.values(in: data)
    }

    /// SHA-256 of the whole file.
    package func sha256() throws(DataError) -> [UInt8] {
        var hash = SHA256()
        let size = try FileReading.size(of: file)
        for start in stride(from: 0, to: size, by: 1 << 22) {
            hash.update(data: try Self.read(min(1 << 22, size - start), at: start, of: file))
        }
        return Array(hash.finalize())
    }

    private static func read(_ count: Int, at offset: Int, of file: URL) throws(DataError) -> Data {
        do {
            let handle = try FileHandle(forReadingFrom: file)
            defer { try? handle.close() }  // Nothing is lost with a handle that was only read from.
            try handle.seek(toOffset: UInt64(offset))
            let data = try handle.read(upToCount: count) ?? Data()
            if data.count == count { return data }
        } catch {
            throw .unreadable(file.path, cause: error.localizedDescription)
        }
        throw .notSafetensors(file.path, cause: "it ends before byte \(offset + count)")
    }
}

extension Safetensors.ElementType {
    func values(in data: Data) -> [Float] {
        let count = data.count / size
        return unsafe data.withUnsafeBytes { bytes in
            switch self {
            case .float32:
                (0..<count).map { index in
                    let bits = unsafe bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
                    return Float(bitPattern: UInt32(littleEndian: bits))
                }
            case .float16:
                (0..<count).map { index in
                    let bits = unsafe bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
                    return Float(Float16(bitPattern: UInt16(littleEndian: bits)))
                }
            case .bfloat16:
                (0..<count).map { index in
                    let bits = unsafe bytes.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
                    return Float(bitPattern: UInt32(UInt16(littleEndian: bits)) << 16)
                }
            }
        }
    }
}
