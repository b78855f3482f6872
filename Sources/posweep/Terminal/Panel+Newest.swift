import ResultsStore

extension Panel {
    /// The lines above the rows of the newest trials.
    static let headingLines = 2

    /// The newest trials as a table: what tells them apart, then their figures, as many test sets as there is room for.
    func newestLines(_ columns: Int) -> [StyledLine] {
        guard let newest, !newest.rows.isEmpty else { return [] }
        let settings = newest.settings.indices.map { column in
            Column(newest.settings[column], newest.rows.map { $0.settings.element(column) ?? "" })
        }
        let groups = newest.testSets.indices.map { set in
            let metrics = newest.metrics.indices.map { metric in
                Column(
                    newest.metrics[metric],
                    newest.rows.map { row in
                        let value = row.figures.element(set * newest.metrics.count + metric) ?? nil
                        return value.map(TableCell.text) ?? "–"
                    })
            }
            return Group(title: newest.testSets[set], columns: metrics)
        }
        let (keys, figures) = Self.fitting(settings, groups, columns)
        // Where there are several sweeps it is to be said whose trials these are.
        let titles = (sweeps.count > 1 ? ["newest trials of \(newest.sweep)"] : []) + ["newest trials", "newest"]
        return Self.headings(titles, keys, figures, columns)
            + newest.rows.indices.map { Self.row($0, keys, figures).cut(to: columns) }
    }

    private static let gap = 2

    /// As many settings and test sets as fit; the first test set comes before any setting but the first.
    private static func fitting(_ settings: [Column], _ groups: [Group], _ columns: Int) -> ([Column], [Group]) {
        func total(_ widths: some Sequence<Int>) -> Int { widths.reduce(-gap) { $0 + $1 + gap } }
        var keys: [Column] = []
        for key in settings {
            let isRoom = total((keys + [key]).map(\.width) + groups.prefix(1).map(\.width)) <= columns
            if keys.isEmpty || isRoom { keys.append(key) }
        }
        let count = (0...groups.count).last { total(keys.map(\.width) + groups.prefix($0).map(\.width)) <= columns }
        return (keys, Array(groups.prefix(max(1, count ?? 0))))
    }

    private static func headings(
        _ titles: [String], _ keys: [Column], _ groups: [Group], _ columns: Int
    ) -> [StyledLine] {
        let keyColumns = keys.reduce(0) { $0 + $1.width + gap }
        // What does not fit above the settings is left out, for the test sets' names stand beside it.
        let title = titles.map(PrintableText.printable).first { PrintableText.width(of: $0) < keyColumns } ?? ""
        var upper = StyledLine(title)
        upper.fill(to: keyColumns)
        var lower = StyledLine()
        for key in keys {
            lower.append(PrintableText.leading(key.heading, width: key.width + gap), .faint)
        }
        for (place, group) in groups.enumerated() {
            let start = lower.width + (place > 0 ? gap : 0)
            upper.fill(to: start)
            upper.append(StyledLine(group.title, .faint).cut(to: group.width))
            lower.fill(to: start)
            lower.append(group.line { $0.heading }, .faint)
        }
        return [upper.cut(to: columns), lower.cut(to: columns)]
    }

    private static func row(_ row: Int, _ keys: [Column], _ groups: [Group]) -> StyledLine {
        var line = StyledLine()
        for key in keys { line.append(PrintableText.leading(key.texts[row], width: key.width + gap)) }
        for (place, group) in groups.enumerated() {
            line.fill(to: line.width + (place > 0 ? gap : 0))
            line.append(group.line { $0.texts[row] })
        }
        return line
    }

    /// Texts below one another.
    private struct Column {
        let heading: String
        let texts: [String]
        let width: Int

        private static let widest = 24

        init(_ heading: String, _ texts: [String]) {
            func short(_ text: String) -> String {
                let text = PrintableText.printable(text)
                guard PrintableText.width(of: text) > Self.widest else { return text }
                return PrintableText.start(of: text, width: Self.widest - 1) + "…"
            }
            self.heading = short(heading)
            self.texts = texts.map(short)
            width = ([self.heading] + self.texts).map(PrintableText.width).max() ?? 0
        }
    }

    /// The metrics of a test set, under its name.
    private struct Group {
        let title: String
        let columns: [Column]
        let width: Int

        init(title: String, columns: [Column]) {
            self.title = PrintableText.printable(title)
            self.columns = columns
            width = columns.reduce(0) { $0 + $1.width } + Panel.gap * max(0, columns.count - 1)
        }

        /// A line of the group's columns, which stand to the right.
        func line(_ text: (Column) -> String) -> String {
            columns.map { PrintableText.trailing(text($0), width: $0.width) }
                .joined(separator: String(repeating: " ", count: Panel.gap))
        }
    }
}

extension Array {
    /// Nil where the array, which may come from another process, has no such place.
    fileprivate func element(_ index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
