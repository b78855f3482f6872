import Crypto

/// A hash over named, typed values: equal for equal content, whatever it was written like.
///
/// Each text goes in with its length before it, so that no two lists of texts run into the same bytes.
struct ContentHash {
    private var hash = SHA256()

    /// - Parameter purpose: What is hashed and in which version of its form.
    init(_ purpose: String) {
        add(purpose)
    }

    mutating func add(_ text: String) {
        hash.update(data: Array("\(text.utf8.count):\(text)".utf8))
    }

    /// The first 128 bits as 32 hexadecimal digits.
    var identifier: String {
        Self.hexadecimal(hash.finalize().prefix(16))
    }

    /// SHA-256 of bytes as 64 hexadecimal digits.
    static func digest(of bytes: [UInt8]) -> String {
        hexadecimal(SHA256.hash(data: bytes).prefix(32))
    }

    private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let text = bytes.flatMap { byte in [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
