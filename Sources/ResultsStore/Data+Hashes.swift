import Foundation

// What a task needs, as it is stored: hashes of eight bytes each, the most significant byte first.

extension [UInt64] {
    /// The hashes one after another.
    var stored: Data {
        Data(flatMap { hash in (0..<8).map { UInt8(truncatingIfNeeded: hash >> (56 - 8 * $0)) } })
    }
}

extension Data {
    /// The hashes that these bytes are; the table sees to it that they are whole.
    var hashes: [UInt64] {
        stride(from: startIndex, to: endIndex - 7, by: 8).map { start in
            self[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
    }
}
