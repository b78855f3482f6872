package import Foundation
import Glibc

/// The kernel's small files about a host, below a folder that stands for its root.
package struct HostFiles: Sendable {
    private let root: String

    /// The largest file that is read: `/proc/stat` and `/proc/interrupts` of a host with hundreds of processors.
    private static let bytesLimit = 1 << 20

    package init(root: URL = URL(filePath: "/")) {
        self.root = root.path == "/" ? "" : root.path
    }

    func path(_ path: String) -> String { root + path }

    /// What stands in a file; nil where there is none that can be read.
    func text(_ path: String) -> String? {
        let descriptor = unsafe open(root + path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16 * 1024)
        while bytes.count < Self.bytesLimit {
            let count = unsafe piece.withUnsafeMutableBytes { place in
                unsafe read(descriptor, place.baseAddress, place.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            bytes += piece.prefix(count)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The first word of a file of one line.
    func word(_ path: String) -> String? {
        text(path)?.split(whereSeparator: \.isWhitespace).first.map(String.init)
    }

    /// The names in a folder, in order; none where there is no folder.
    func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: root + folder)) ?? []).sorted()
    }

    /// When a file was last read, in seconds since 1970; nil where there is none.
    func lastRead(_ path: String) -> Double? {
        var facts = stat()
        guard unsafe stat(root + path, &facts) == 0 else { return nil }
        return Double(facts.st_atim.tv_sec) + Double(facts.st_atim.tv_nsec) / 1e9
    }

    /// The numbers behind each word of a file of lines as `word 1 2 3`.
    static func numbers(after word: String, in text: String) -> [Int]? {
        for line in text.split(separator: "\n") {
            let words = line.split(whereSeparator: \.isWhitespace)
            if words.first == word[...] { return words.dropFirst().compactMap { Int($0) } }
        }
        return nil
    }
}
