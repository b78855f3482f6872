import Crypto
package import Foundation

/// The digests of files that were read before, so that a folder of ten thousand images is not read again each time.
///
/// A digest counts as long as the file system's facts about its file are the same. The memory is a folder with one small
/// text file for each folder of images and each file of weights; where it cannot be written, everything is read anew.
package struct DigestMemory: Sendable {
    private let folder: URL?

    /// - Parameter folder: Where digests are remembered; nil remembers nothing.
    package init(_ folder: URL? = defaultFolder) {
        self.folder = folder
    }

    package static var defaultFolder: URL { FeatureCache.spillFolder.appending(path: "digests") }

    struct Known: Hashable {
        let facts: FileFacts
        /// Nil where the file was found to be of no use.
        let digest: ContentDigest?
        /// Whether the facts will tell of a later change.
        var isSettled = true
    }

    private static let title = "posweep digests 1"
    private static let bytesLimit = 512 << 20

    /// What is remembered of a subject, by names.
    func known(of subject: String) -> [String: Known] {
        guard let file = file(of: subject), let data = try? FileReading.bytes(of: file, atMost: Self.bytesLimit)
        else { return [:] }
        let lines = Array(data).split(separator: UInt8(ascii: "\n"))
        guard lines.first.map({ Array($0) }) == Array(Self.title.utf8) else { return [:] }
        var known: [String: Known] = [:]
        for line in lines.dropFirst() {
            let fields = line.split(separator: UInt8(ascii: " "), maxSplits: 5).map {
                String(decoding: $0, as: UTF8.self)
            }
            guard fields.count == 6, let size = Int(fields[0]), let modified = Int(fields[1]),
                let changed = Int(fields[2]), let inode = UInt64(fields[3])
            else { continue }
            let facts = FileFacts(size: size, modified: modified, changed: changed, inode: inode)
            known[fields[5]] = Known(facts: facts, digest: ContentDigest(fields[4]))
        }
        return known
    }

    /// Remembers what is settled of a subject, and forgets what was known before.
    ///
    /// - Precondition: No name has a line break in it.
    func remember(_ known: [(name: String, Known)], of subject: String) {
        guard let file = file(of: subject), let folder else { return }
        var text = Self.title + "\n"
        for (name, known) in known where known.isSettled {
            let facts = known.facts
            text += "\(facts.size) \(facts.modified) \(facts.changed) \(facts.inode) "
            text += "\(known.digest.map(\.description) ?? "-") \(name)\n"
        }
        // What cannot be remembered is read again.
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try? FileReading.write(Data(text.utf8), to: file)
    }

    private func file(of subject: String) -> URL? {
        folder?.appending(path: hexadecimal(SHA256.hash(data: Data(subject.utf8)).prefix(16)))
    }
}
