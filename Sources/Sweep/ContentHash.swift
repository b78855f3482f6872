import Crypto

/// A hash over named, typed values: equal for equal content, whatever it was written like.
///
/// Each text goes in with its length before it, so that no two lists of texts run into the same bytes.
struct ContentHash {
    /// Everything so far: hashing it at once is far quicker than text by text.
    private var bytes: [UInt8] = []

    /// - Parameter purpose: What is hashed and in which version of its form.
    init(_ purpose: String) {
        add(purpose)
    }

    mutating func add(_ text: String) {
        bytes += Self.netstring(text)
    }

    /// Adds UTF-8 text.
    mutating func add(_ text: [UInt8]) {
        bytes += "\(text.count):".utf8
        bytes += text
    }

    /// Adds texts that ``netstring(_:)`` has made.
    mutating func append(_ netstrings: [UInt8]) {
        bytes += netstrings
    }

    /// A text with its length before it.
    static func netstring(_ text: String) -> [UInt8] {
        Array("\(text.utf8.count):\(text)".utf8)
    }

    /// The first 128 bits as 32 hexadecimal digits.
    var identifier: String {
        Self.hexadecimal(SHA256.hash(data: bytes).prefix(16))
    }

    /// The first 64 bits.
    var number: UInt64 { SHA256.hash(data: bytes).prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }

    /// SHA-256 of bytes as 64 hexadecimal digits.
    static func digest(of bytes: [UInt8]) -> String {
        hexadecimal(SHA256.hash(data: bytes).prefix(32))
    }

    private static let digits = Array("0123456789abcdef".utf8)

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
