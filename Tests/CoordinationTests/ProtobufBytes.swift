import Foundation

/// Protocol buffers written field by field, so that a test can say what our own encoder never would.
struct ProtobufBytes {
    private(set) var bytes: [UInt8] = []

    static func message(_ write: (inout ProtobufBytes) -> Void) -> [UInt8] {
        var message = ProtobufBytes()
        write(&message)
        return message.bytes
    }

    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest > 0x7f {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func number(_ field: UInt64, _ value: UInt64) {
        varint(field << 3)
        varint(value)
    }

    mutating func double(_ field: UInt64, _ value: Double) {
        varint(field << 3 | 1)
        let pattern = value.bitPattern
        for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: pattern >> (8 * byte))) }
    }

    mutating func bytes(_ field: UInt64, _ content: [UInt8]) {
        varint(field << 3 | 2)
        varint(UInt64(content.count))
        bytes += content
    }

    mutating func text(_ field: UInt64, _ content: String) { bytes(field, Array(content.utf8)) }
}

/// Reads a protocol buffer without its schema and says what each byte is for; written from the published encoding, so
/// that a golden file shows more than that our encoder agrees with itself.
struct ProtobufListing {
    private var bytes: ArraySlice<UInt8>

    static func text(of bytes: [UInt8]) -> String? { lines(of: bytes[...], indent: 0) }

    private static func lines(of bytes: ArraySlice<UInt8>, indent: Int) -> String? {
        var listing = ProtobufListing(bytes: bytes)
        var text = ""
        while !listing.bytes.isEmpty {
            guard let line = listing.field(indent: indent) else { return nil }
            text += line
        }
        return text
    }

    private mutating func field(indent: Int) -> String? {
        let start = bytes
        guard let tag = varint(), tag >> 3 > 0 else { return nil }
        let margin = String(repeating: "  ", count: indent)
        switch tag & 7 {
        case 0:
            guard let value = varint() else { return nil }
            return margin + "\(Self.hex(read(since: start)))  field \(tag >> 3) = \(value)\n"
        case 1:
            guard bytes.count >= 8 else { return nil }
            let pattern = bytes.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            bytes = bytes.dropFirst(8)
            return margin + "\(Self.hex(read(since: start)))  field \(tag >> 3) = \(Double(bitPattern: pattern))\n"
        case 2:
            guard let count = varint(), count <= UInt64(bytes.count) else { return nil }
            let head = Self.hex(read(since: start))
            let content = bytes.prefix(Int(count))
            bytes = bytes.dropFirst(Int(count))
            return margin + "\(head)  field \(tag >> 3), \(count) bytes\n" + Self.describe(content, indent + 1)
        default: return nil
        }
    }

    private mutating func varint() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = bytes.popFirst() else { return nil }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }

    private func read(since start: ArraySlice<UInt8>) -> ArraySlice<UInt8> { start.dropLast(bytes.count) }

    private static func describe(_ content: ArraySlice<UInt8>, _ indent: Int) -> String {
        let margin = String(repeating: "  ", count: indent)
        if content.isEmpty { return "" }
        if let text = String(validating: content, as: UTF8.self), text.unicodeScalars.allSatisfy({ $0.value >= 32 }) {
            return margin + "\(hex(content))  “\(text)”\n"
        }
        return lines(of: content, indent: indent) ?? margin + "\(hex(content))\n"
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        bytes.map { String(format: "%02x", $0) }.joined(separator: " ")
    }
}
