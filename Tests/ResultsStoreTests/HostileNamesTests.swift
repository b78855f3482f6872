import Foundation
import ResultsStore
import TestSupport
import Testing

/// Names of strangers in what the store prints; `names.py` holds the same table against parsers of others.
@Suite("Hostile names in tables")
struct HostileNamesTests {
    /// Calls the body with each table of a store whose everything is called by hostile names, and the name.
    private func forEachTable(_ body: (ResultsTable, _ name: String) throws -> Void) throws {
        #expect(HostileNames.all.count > 80)
        try withTemporaryFolder { folder in
            let named = NamedStore(HostileNames.all)
            let store = try named.make(in: folder.appending(path: "state"))
            for (name, sweep) in zip(HostileNames.all.map(NamedStore.sweepName) + ["all of them"], named.sweeps) {
                try body(try store.table(of: sweep, reference: nil), name)
            }
            try store.close()
        }
    }

    @Test(arguments: TableFormat.allCases)
    func `no table tells a terminal anything`(format: TableFormat) throws {
        try forEachTable { table, name in
            let text = table.formatted(as: format, provenance: true)
            #expect(HostileNames.obeyed(by: text) == [], "\(format), \(name.debugDescription)")
        }
    }

    @Test func `a LaTeX table has no command, comment or group of a name`() throws {
        let commands = [
            "usepackage", "begin", "end", "centering", "caption", "toprule", "midrule", "bottomrule", "multicolumn",
            "cmidrule", "textbf", "par", "footnotesize", "textbackslash", "textasciitilde", "textasciicircum", "pm",
            "Delta", "ldots", "times",
        ]
        try forEachTable { table, name in
            // A line break is no command, and what is escaped is a letter.
            let text = table.formatted(as: .latex).dropFirst("% needs ".count)
                .replacing(/\\\\\n/, with: "\n").replacing(/\\[&%$#_{}]/, with: "")
            for command in text.matches(of: /\\([A-Za-z]*)/) {
                #expect(commands.contains(String(command.1)), "\(name.debugDescription)")
            }
            #expect(!text.contains("%") && !text.contains("#"), "\(name.debugDescription)")
            #expect(text.unicodeScalars.count { $0 == "{" } == text.unicodeScalars.count { $0 == "}" })
            #expect(text.unicodeScalars.count { $0 == "$" }.isMultiple(of: 2))
            #expect(!text.split(separator: "\n").contains { $0.hasPrefix("[") || $0.hasPrefix("*") }, "\(name)")
        }
    }

    @Test func `a Markdown table has as many cells in each row as columns`() throws {
        try forEachTable { table, name in
            let text = table.formatted(as: .markdown)
            let rows = text.split(separator: "\n").filter { $0.hasPrefix("| ") }
            let counts = rows.map(Self.borders(in:))
            #expect(Set(counts).count == 1 && rows.count > 2, "\(name.debugDescription)")
            #expect(!text.contains(/[^\\]\[/) && !text.contains("://"), "\(name.debugDescription)")
        }
    }

    /// The vertical bars of a line that no backslash makes text.
    private static func borders(in line: Substring) -> Int {
        var (count, isEscaped) = (0, false)
        for scalar in line.unicodeScalars {
            if scalar == "|", !isEscaped { count += 1 }
            isEscaped = scalar == "\\" && !isEscaped
        }
        return count
    }

    @Test func `JSON gives each name back as it is`() throws {
        try forEachTable { table, name in
            guard name != "all of them" else { return }
            let data = Data(table.formatted(as: .json, provenance: true).utf8)
            let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
            #expect((object["sweep"] as? String)?.unicodeScalars.elementsEqual(name.unicodeScalars) == true, "\(name)")
            #expect(object["hacked"] == nil)
        }
    }
}
