extension ResultsTable {
    /// The table for a paper: booktabs, the best figures in bold, the notes below.
    var latex: String {
        let blocks = groups.indices.map { group in
            figureColumns(group) { text, isBest in isBest ? "\\textbf{\(Self.escaped(text))}" : Self.escaped(text) }
        }
        let alignment =
            String(repeating: "l", count: rowKeys.count)
            + blocks.map { String(repeating: "r", count: $0.count) }.joined()
        var lines = [
            "% needs \\usepackage{booktabs}", "\\begin{table}", "\\centering",
            "\\caption{\(Self.escaped(definition.description ?? name))}", "\\begin{tabular}{\(alignment)}", "\\toprule",
        ]
        if groups.contains(where: { !$0.title.isEmpty }) { lines += titleLines(widths: blocks.map(\.count)) }
        lines.append(Self.line(rowKeys.map(Self.escaped) + blocks.flatMap { $0.map { $0[0] } }))
        lines.append("\\midrule")
        for (number, row) in rows.enumerated() {
            lines.append(
                Self.line(row.keys.map(Self.escaped) + blocks.flatMap { columns in columns.map { $0[number + 1] } }))
        }
        lines += ["\\bottomrule", "\\end{tabular}"]
        lines += notes.map { "\\par\\footnotesize \(Self.escaped($0))" }
        return (lines + ["\\end{table}"]).joined(separator: "\n") + "\n"
    }

    /// The groups' titles over their columns, with a rule under each.
    private func titleLines(widths: [Int]) -> [String] {
        var first = rowKeys.count + 1
        var rules = ""
        let titles = zip(groups, widths).map { group, width in
            rules += "\\cmidrule(lr){\(first)-\(first + width - 1)}"
            first += width
            return "\\multicolumn{\(width)}{c}{\(Self.escaped(group.title))}"
        }
        return [Self.line(rowKeys.map { _ in "" } + titles), rules]
    }

    private static func line(_ cells: [String]) -> String {
        // A line break takes brackets and a star behind it for its own, in the next line too.
        let isTaken = cells.first.map { $0.hasPrefix("[") || $0.hasPrefix("*") } ?? false
        return (isTaken ? "{}" : "") + cells.joined(separator: " & ") + " \\\\"
    }

    /// A text that stays text: no command comes out of a name.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        // By scalars: a backslash under an accent is one character to Swift, and still begins a command.
        for scalar in PrintableText.printable(text).unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\textbackslash{}"
            case "~": escaped += "\\textasciitilde{}"
            case "^": escaped += "\\textasciicircum{}"
            case "&", "%", "$", "#", "_", "{", "}": escaped += "\\\(scalar)"
            case "±": escaped += "$\\pm$"
            case "–": escaped += "--"
            case "−": escaped += "$-$"
            case "Δ": escaped += "$\\Delta$"
            case "…": escaped += "\\ldots{}"
            case "✗": escaped += "$\\times$"
            case "<", ">", "|": escaped += "$\(scalar)$"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
