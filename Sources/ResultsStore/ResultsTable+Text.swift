extension ResultsTable {
    /// The table for a terminal: aligned columns, groups of columns under their title, the notes below.
    var text: String {
        let keys = rowKeys.indices.map { position in
            [rowKeys[position]] + rows.map { row in row.keys[position] }
        }.map { column in column.map(PrintableText.printable) }
        let blocks = groups.indices.map { group in figureColumns(group) { text, _ in PrintableText.printable(text) } }

        let keyWidths = keys.map(Self.width)
        var lines: [String] = []
        func line(_ keyTexts: [String], _ blockTexts: [String]) {
            let front = zip(keyTexts, keyWidths).map { text, width in PrintableText.leading(text, width: width) }
            let whole = (front + blockTexts).joined(separator: Self.gap)
            lines.append(String(whole.reversed().drop { $0 == " " }.reversed()))
        }
        let titles = groups.map { PrintableText.printable($0.title) }
        let blockWidths = zip(blocks, titles).map { block, title in
            let columns = block.map(Self.width)
            let total = columns.reduce(0, +) + Self.gap.count * max(0, columns.count - 1)
            return (columns, total: max(total, PrintableText.width(of: title)))
        }
        if titles.contains(where: { !$0.isEmpty }) {
            line(
                rowKeys.map { _ in "" },
                zip(titles, blockWidths).map { title, widths in PrintableText.leading(title, width: widths.total) })
        }
        for position in 0...rows.count {
            let cells = zip(blocks, blockWidths).map { block, widths in
                let texts = zip(block, widths.0).map { column, width in
                    PrintableText.trailing(column[position], width: width)
                }
                return PrintableText.leading(texts.joined(separator: Self.gap), width: widths.total)
            }
            line(keys.map { $0[position] }, cells)
        }
        let foot = notes.map(PrintableText.printable)
        let head = [name] + (definition.description.map { [$0] } ?? []) + [""]
        return (head.map(PrintableText.printable) + lines + (foot.isEmpty ? [] : [""]) + foot).joined(separator: "\n")
            + "\n"
    }

    private static let gap = "  "

    private static func width(_ column: [String]) -> Int {
        column.map(PrintableText.width).max() ?? 0
    }

    /// The columns of a group, each with its header first.
    ///
    /// - Parameters:
    ///   - group: The group's number.
    ///   - style: Makes of a text, and of whether it is the best of its column, what stands in the table.
    /// - Returns: Our figures, and what is compared with each.
    func figureColumns(_ group: Int, _ style: (_ text: String, _ isBest: Bool) -> String = { text, _ in text })
        -> [[String]]
    {
        definition.metrics.enumerated().flatMap { position, metric in
            let cells = rows.map { $0.cells[group][position] }
            func column(_ header: String, _ text: (TableCell) -> String) -> [String] {
                [style(header, false)] + cells.map { style($0.map(text) ?? "", false) }
            }
            var columns = [[style(metric, false)] + cells.map { style($0?.text ?? "", $0?.isBest ?? false) }]
            if isCompared {
                columns.append(column("paper", \.referenceText))
                columns.append(column("Δ", \.differenceText))
                if definition.reference?.tolerance[metric] != nil {
                    columns.append(column("", { $0.verdict?.rawValue ?? "" }))
                }
            }
            if baseline != nil { columns.append(column("vs baseline", { $0.paired?.text ?? "" })) }
            return columns
        }
    }
}
