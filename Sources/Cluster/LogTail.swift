import Foundation

/// The end of what a process has written to its log, for the cause of its failure.
struct LogTail {
    private static let limit = 8 * 1024
    private var bytes: [UInt8] = []

    mutating func append(_ more: some Sequence<UInt8>) {
        bytes += more
        if bytes.count > 2 * Self.limit { bytes.removeFirst(bytes.count - Self.limit) }
    }

    mutating func clear() {
        bytes = []
    }

    /// Its last lines, whole and without control characters; at most 8 KiB.
    var text: String {
        var tail = bytes.suffix(Self.limit)
        if tail.count < bytes.count { tail = tail.drop { $0 != UInt8(ascii: "\n") }.dropFirst() }
        // What is no UTF-8 would become longer than it was.
        let printable = tail.filter { $0 == UInt8(ascii: "\n") || (0x20..<0x7F).contains($0) }
        return String(decoding: printable, as: UTF8.self).trimmingCharacters(in: .newlines)
    }
}
