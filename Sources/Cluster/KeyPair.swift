import CZeroMQ
import Glibc

/// A public key of CURVE: who a peer is.
///
/// Written as 64 hexadecimal digits: the usual Z85 is full of characters that mean something to a shell.
package struct PublicKey: Hashable, Sendable, CustomStringConvertible {
    package static let byteCount = 32

    let bytes: [UInt8]

    init?(bytes: some Collection<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = Array(bytes)
    }

    /// The key that these 64 hexadecimal digits spell, or nil.
    package init?(_ digits: some StringProtocol) {
        guard let bytes = Hexadecimal.bytes(digits) else { return nil }
        self.init(bytes: bytes)
    }

    package var description: String { Hexadecimal.text(bytes) }

    /// The first sixteen digits, for lists and log lines.
    package var short: String { String(description.prefix(16)) }
}

/// A public key and the secret one that belongs to it.
package struct KeyPair: Hashable, Sendable, CustomStringConvertible, CustomReflectable {
    package let publicKey: PublicKey
    let secret: [UInt8]

    /// Draws a new pair.
    ///
    /// - Throws: `KeyError.noEncryption` where the library has none.
    package init() throws(KeyError) {
        var (open, secret) = (Z85.empty, Z85.empty)
        guard unsafe zmq_curve_keypair(&open, &secret) == 0, let key = Z85.key(open).flatMap(PublicKey.init(bytes:)),
            let secret = Z85.key(secret)
        else { throw .noEncryption }
        publicKey = key
        self.secret = secret
    }

    /// The pair that this secret key is one half of; nil where it is none.
    init?(secret: [UInt8]) {
        var (open, text) = (Z85.empty, Z85.empty)
        guard secret.count == PublicKey.byteCount, unsafe zmq_z85_encode(&text, secret, secret.count) != nil,
            unsafe zmq_curve_public(&open, text) == 0, let key = Z85.key(open).flatMap(PublicKey.init(bytes:))
        else { return nil }
        publicKey = key
        self.secret = secret
    }

    /// Without the secret: what is printed ends up in logs.
    package var description: String { publicKey.description }
    package var customMirror: Mirror { Mirror(self, children: ["publicKey": publicKey]) }
}

/// The text that libzmq makes and takes keys in.
private enum Z85 {
    /// Room for a key's 40 characters and the zero after them.
    static var empty: [CChar] { [CChar](repeating: 0, count: 41) }

    static func key(_ text: [CChar]) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: PublicKey.byteCount)
        return unsafe zmq_z85_decode(&bytes, text) == nil ? nil : bytes
    }
}

/// Bytes as hexadecimal digits.
enum Hexadecimal {
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    static func bytes(_ digits: some StringProtocol) -> [UInt8]? {
        let values = digits.utf8.map { UInt8(ascii: $0) }
        guard values.count.isMultiple(of: 2), !values.contains(nil) else { return nil }
        return stride(from: 0, to: values.count, by: 2).map { (values[$0] ?? 0) << 4 | (values[$0 + 1] ?? 0) }
    }
}

extension UInt8 {
    /// What a hexadecimal digit stands for.
    fileprivate init?(ascii digit: UInt8) {
        switch digit {
        case 0x30...0x39: self = digit - 0x30
        case 0x41...0x46: self = digit - 0x41 + 10
        case 0x61...0x66: self = digit - 0x61 + 10
        default: return nil
        }
    }
}
