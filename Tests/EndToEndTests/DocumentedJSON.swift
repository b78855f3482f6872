import Foundation
import TestSupport
import Testing

/// What `docs/scripts.md` says of a command's JSON.
struct DocumentedJSON {
    let isList: Bool
    let required: Set<String>
    let optional: Set<String>

    /// - Parameter command: As it stands in the first column, `plan --settings`.
    /// - Throws: Where the page has no row for it.
    init(of command: String) throws {
        let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/scripts.md")
        let rows = try String(contentsOf: page, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| `") }
        let row = try #require(
            rows.first { row in row.split(separator: "|")[0].contains("`\(command)`") },
            "docs/scripts.md has no row for \(command)")
        let keys = row.split(separator: "|")[1].matches(of: /`([A-Za-z\[\]]+)`(\??)/).map { ($0.1, $0.2) }
        let named = keys.filter { $0.0 != "[]" }
        isList = keys.count > named.count
        required = Set(named.filter { $0.1.isEmpty }.map { String($0.0) })
        optional = Set(named.filter { !$0.1.isEmpty }.map { String($0.0) })
    }

    /// Expects an answer to have the keys that it is documented to have, and no others.
    func expectKeys(of answer: Any, _ command: String) throws {
        let objects = isList ? answer as? [[String: Any]] : (answer as? [String: Any]).map { [$0] }
        for object in try #require(objects, "\(command) prints a \(isList ? "list" : "object")") {
            let keys = Set(object.keys)
            #expect(required.subtracting(keys) == [], "\(command) leaves these out")
            #expect(keys.subtracting(required).subtracting(optional) == [], "\(command) has these undocumented")
        }
    }
}
