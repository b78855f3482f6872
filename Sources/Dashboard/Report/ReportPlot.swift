import ResultsStore

/// A figure over the values of one setting: a line for each of the others, with error bars.
struct ReportPlot: Hashable, Sendable {
    let title: String
    let axis: String
    let metric: String
    /// The values of the setting, from left to right.
    let values: [String]
    let series: [Series]

    struct Series: Hashable, Sendable {
        let name: String
        let points: [Point]
    }

    struct Point: Hashable, Sendable {
        /// The number of the value.
        let place: Int
        let mean: Double
        let deviation: Double?
    }

    /// The settings that the paper plots or tabulates one at a time.
    private static let axes = ["encoder.stages", "posenet.kernel", "posenet.layers"]
    private static let (plotsLimit, seriesLimit) = (60, 7)

    /// The plots of a table: one for each such setting that its rows differ in, each test set, and each target.
    static func all(of table: ResultsTable) -> [ReportPlot] {
        guard let metric = table.definition.metrics.firstIndex(of: "SPC") else { return [] }
        let all = axes.flatMap { axis -> [ReportPlot] in
            guard let column = table.rowKeys.firstIndex(of: axis) else { return [] }
            return table.groups.indices.flatMap { group in
                plots(of: table, axis: column, group: group, metric: metric)
            }
        }
        return Array(all.prefix(plotsLimit))
    }

    private static func plots(of table: ResultsTable, axis: Int, group: Int, metric: Int) -> [ReportPlot] {
        let target = table.rowKeys.firstIndex(of: "target")
        return inOrder(table.rows) { row in target.map { row.keys[$0] } ?? "" }.compactMap { name, rows in
            let values = inOrder(rows) { $0.keys[axis] }.map(\.0)
            let places = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
            let others = table.rowKeys.indices.filter { $0 != axis && $0 != target }
            let series = inOrder(rows) { row in
                others.map { row.keys[$0] }.filter { !$0.isEmpty && $0 != TableDefinition.irrelevant }
                    .joined(separator: " ")
            }.map { name, rows in
                Series(
                    name: name,
                    points: rows.compactMap { row in
                        guard case .defined(let mean, let deviation)? = row.cells[group][metric]?.figure,
                            let place = places[row.keys[axis]]
                        else { return nil }
                        return Point(place: place, mean: mean, deviation: deviation)
                    })
            }.filter { $0.points.count > 1 }
            guard values.count > 1, !series.isEmpty else { return nil }
            let words = [name.isEmpty ? "" : "target \(name)", table.groups[group].title].filter { !$0.isEmpty }
            return ReportPlot(
                title: words.joined(separator: ", "), axis: table.rowKeys[axis],
                metric: table.definition.metrics[metric], values: values, series: Array(series.prefix(seriesLimit)))
        }
    }

    /// Elements by a key, the keys in the order in which they come first.
    private static func inOrder<Element>(
        _ elements: [Element], by key: (Element) -> String
    ) -> [(String, [Element])] {
        var keys: [String] = []
        var groups: [String: [Element]] = [:]
        for element in elements {
            let name = key(element)
            if groups[name] == nil { keys.append(name) }
            groups[name, default: []].append(element)
        }
        return keys.map { ($0, groups[$0] ?? []) }
    }
}

extension ReportPlot {
    // Okabe and Ito's colours, which people with any kind of colour vision can tell apart on white.
    private static let colours = ["#0072b2", "#d55e00", "#009e73", "#a0527d", "#806000", "#3a86a8", "#171b24"]
    private static let (width, height, left, bottom, top) = (320.0, 190.0, 34.0, 34.0, 8.0)

    private func x(_ place: Int, _ number: Int) -> Double {
        let step = (Self.width - Self.left - 10) / Double(values.count)
        // A little apart, so that bars of two lines do not hide each other.
        let apart = Double(number) - Double(series.count - 1) / 2
        return Self.left + (Double(place) + 0.5) * step + apart * min(4, step / Double(2 * series.count))
    }

    private var lowest: Double {
        let least = series.flatMap(\.points).map { $0.mean - ($0.deviation ?? 0) }.min() ?? 0
        return least < -0.05 ? -1 : 0
    }

    private func y(_ value: Double) -> Double {
        let share = (min(1, max(lowest, value)) - lowest) / (1 - lowest)
        return Self.top + (1 - share) * (Self.height - Self.top - Self.bottom)
    }

    /// The plot with what its lines stand for.
    var html: String {
        let ticks = (lowest < 0 ? [-1, -0.5, 0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1]).map { value in
            """
            <line x1="\(Self.left)" x2="\(Self.width)" y1="\(Self.short(y(value)))" y2="\(Self.short(y(value)))" stroke="#dde1e8"/>\
            <text x="\(Self.left - 6)" y="\(Self.short(y(value) + 4))" text-anchor="end">\(value)</text>
            """
        }
        let step = (Self.width - Self.left - 10) / Double(values.count)
        let labels = values.enumerated().map { place, value in
            let middle = Self.left + (Double(place) + 0.5) * step
            return """
                <text x="\(Self.short(middle))" y="\(Self.height - 18)" text-anchor="middle">\(Page.escaped(value))</text>
                """
        }
        let lines = series.enumerated().map { number, series in line(series, number) }
        let names = series.enumerated().map { number, series in
            """
            <li><svg width="14" height="10" aria-hidden="true"><rect y="3" width="12" height="4" fill="\(Self.colours[number])"/></svg> \
            \(Page.escaped(series.name.isEmpty ? "all" : series.name))</li>
            """
        }
        return """
            <figure>
            <figcaption>\(Page.escaped(title))</figcaption>
            <svg viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" aria-label="\(Page.escaped("\(metric) by \(axis), \(title)"))" font-size="11" fill="#596173">
            \((ticks + labels).joined(separator: "\n"))
            <text x="\(Self.width / 2 + Self.left / 2)" y="\(Self.height - 3)" text-anchor="middle">\(Page.escaped(axis))</text>
            \(lines.joined(separator: "\n"))
            </svg>
            <ul>\(names.joined())</ul>
            </figure>
            """
    }

    private func line(_ series: Series, _ number: Int) -> String {
        let points = series.points.sorted { $0.place < $1.place }
        let colour = Self.colours[number]
        let path = points.map { "\(Self.short(x($0.place, number))),\(Self.short(y($0.mean)))" }.joined(separator: " ")
        let marks = points.map { point in
            let (x, y) = (Self.short(x(point.place, number)), Self.short(y(point.mean)))
            let bar = point.deviation.map { deviation in
                """
                <line x1="\(x)" x2="\(x)" y1="\(Self.short(self.y(point.mean - deviation)))" y2="\(Self.short(self.y(point.mean + deviation)))" stroke="\(colour)"/>
                """
            }
            return (bar ?? "") + "<circle cx=\"\(x)\" cy=\"\(y)\" r=\"2.6\" fill=\"\(colour)\"/>"
        }
        return "<polyline points=\"\(path)\" fill=\"none\" stroke=\"\(colour)\" stroke-width=\"1.5\"/>" + marks.joined()
    }

    /// A tenth of a pixel is enough, and the same text everywhere.
    private static func short(_ value: Double) -> String {
        "\((value * 10).rounded() / 10)"
    }
}
