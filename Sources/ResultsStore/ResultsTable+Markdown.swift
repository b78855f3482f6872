extension ResultsTable {
    /// The table for a README or an issue.
    var markdown: String {
        let blocks = groups.indices.map { group in
            figureColumns(group) { text, isBest in isBest ? "**\(Self.escaped(text))**" : Self.escaped(text) }
        }
        let header =
            rowKeys.map(Self.escaped)
            + zip(groups, blocks).flatMap { group, columns in
                columns.map { column in
                    [Self.escaped(group.title), column[0]].filter { !$0.isEmpty }.joined(separator: " ")
                }
            }
        let rule = rowKeys.map { _ in "---" } + blocks.flatMap { columns in columns.map { _ in "--:" } }
        let body = rows.indices.map { row in
            rows[row].keys.map(Self.escaped) + blocks.flatMap { columns in columns.map { $0[row + 1] } }
        }
        let lines = ([header, rule] + body).map { "| " + $0.joined(separator: " | ") + " |" }
        let foot = notes.map { "- " + Self.escaped($0) }
        let head = ["## " + Self.escaped(name), ""] + (definition.description.map { [Self.escaped($0), ""] } ?? [])
        return (head + lines + (foot.isEmpty ? [] : [""]) + foot).joined(separator: "\n")
            + "\n"
    }

    /// A text that stays text: no cell border, markup, link or HTML comes out of a name.
    private static func escaped(_ text: String) -> String {
        // By scalars: a border under an accent is one character to Swift, and still a border.
        var escaped = String.UnicodeScalarView()
        for scalar in PrintableText.printable(text).unicodeScalars {
            // An address becomes a link by itself.
            let isAddress = scalar == "/" && escaped.last == ":"
            if isAddress || markup.contains(scalar) { escaped.append("\\") }
            escaped.append(scalar)
        }
        return String(escaped)
    }

    private static let markup = "\\|`*<>[_~#&".unicodeScalars
}
