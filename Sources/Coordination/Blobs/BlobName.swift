/// The name of a blob: SHA-256 of its bytes, and never a path.
package struct BlobName: Hashable, Sendable, CustomStringConvertible {
    /// 32 bytes.
    package let bytes: [UInt8]

    package static let byteCount = 32

    /// The name that these bytes are; nil where they are not 32.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// The first eight of its hexadecimal digits, for messages.
    package var description: String {
        bytes.prefix(4).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
