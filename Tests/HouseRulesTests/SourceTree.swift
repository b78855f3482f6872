import Foundation

/// The repository's Swift files as text, for the rules that no compiler keeps.
struct SourceTree {
    struct File: Sendable, CustomStringConvertible {
        /// The path from the repository's root.
        let path: String
        let lines: [String]

        var name: String { String(path.split(separator: "/").last ?? "") }
        /// The folder below Sources or Tests: the room.
        var room: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
        var description: String { path }
        var text: String { lines.joined(separator: "\n") }
        /// Generated from Protocol.proto, and nobody's prose.
        var isGenerated: Bool { name.hasSuffix(".pb.swift") }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func swiftFiles(below folder: String) throws -> [File] {
        let top = root.appending(path: folder)
        let enumerator = FileManager.default.enumerator(at: top, includingPropertiesForKeys: nil)
        var files: [File] = []
        while let url = enumerator?.nextObject() as? URL {
            guard url.pathExtension == "swift" else { continue }
            let text = try String(contentsOf: url, encoding: .utf8)
            let path = String(url.path.dropFirst(root.path.count + 1))
            files.append(File(path: path, lines: text.components(separatedBy: "\n")))
        }
        return files.sorted { $0.path < $1.path }
    }

    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}
