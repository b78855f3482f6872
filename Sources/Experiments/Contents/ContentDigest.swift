import Crypto
package import Foundation

/// The name of a content: SHA-256 of its bytes.
///
/// Written as 64 lower-case hexadecimal digits.
package struct ContentDigest: Hashable, Sendable {
    /// 32 bytes.
    package let bytes: [UInt8]

    package static let byteCount = 32

    /// The digest that these bytes are; nil where they are not 32.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// The digest that these 64 lower-case hexadecimal digits spell, or nil.
    package init?(_ digits: some StringProtocol) {
        let values = digits.utf8.map { digit -> UInt8 in
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
            default: 16
            }
        }
        guard values.count == 2 * Self.byteCount, values.allSatisfy({ $0 < 16 }) else { return nil }
        bytes = stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }

    /// The digest of these bytes.
    package init(of content: some DataProtocol) {
        bytes = Array(SHA256.hash(data: content))
    }

    /// The digest of a file's bytes.
    ///
    /// - Throws: `DataError` where there is no such file or it cannot be read.
    package init(ofFile file: URL) throws(DataError) {
        _ = try FileReading.size(of: file)
        do {
            let handle = try FileHandle(forReadingFrom: file)
            defer { try? handle.close() }  // Nothing was written.
            var hash = SHA256()
            while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
            bytes = Array(hash.finalize())
        } catch {
            throw .unreadable(file.path, cause: error.localizedDescription)
        }
    }
}

extension ContentDigest: CustomStringConvertible {
    package var description: String { hexadecimal(bytes) }

    /// The first eight digits, for messages.
    package var short: String { String(description.prefix(8)) }
}

extension ContentDigest: Codable {
    package init(from decoder: any Swift.Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let digest = ContentDigest(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "a digest has 64 hexadecimal digits")
        }
        self = digest
    }

    package func encode(to encoder: any Swift.Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
