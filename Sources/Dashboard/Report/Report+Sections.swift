import Coordination
import ResultsStore

extension Report {
    /// The table as the sweep file lays it out, the paper's figures and the differences below ours.
    var tableSection: String? {
        let metrics = table.definition.metrics
        let keys = table.rowKeys.map { "<th scope=\"col\" rowspan=\"2\">\(Page.escaped($0))</th>" }.joined()
        let groups = table.groups.map { group in
            "<th scope=\"colgroup\" colspan=\"\(metrics.count)\">\(Page.escaped(group.title))</th>"
        }.joined()
        let names = metrics.map { "<th scope=\"col\" class=\"number\">\(Page.escaped($0))</th>" }.joined()
        let rows = table.rows.map { row in
            let keys = row.keys.map { "<th scope=\"row\">\(Page.escaped($0))</th>" }.joined()
            return "<tr>\(keys)\(row.cells.joined().map(Self.cell).joined())</tr>"
        }
        let notes = table.notes.map { "<li>\(Page.escaped($0))</li>" }.joined(separator: "\n")
        let legend =
            table.isCompared ? "<p class=\"quiet\">Below ours the paper's figure, and ours minus it.</p>\n" : ""
        return """
            <h2>Results</h2>
            \(legend)\
            <div class="scroll" tabindex="0" role="region" aria-label="Table of results"><table>
            <thead><tr>\(keys)\(groups)</tr><tr>\(String(repeating: names, count: table.groups.count))</tr></thead>
            <tbody>
            \(rows.joined(separator: "\n"))
            </tbody>
            </table></div>
            <ul class="quiet">
            \(notes)
            </ul>
            """
    }

    private static func cell(_ cell: TableCell?) -> String {
        guard let cell else { return "<td></td>" }
        let figure = cell.isBest ? "<b>\(Page.escaped(cell.text))</b>" : Page.escaped(cell.text)
        guard cell.reference != nil else { return "<td class=\"number\">\(figure)</td>" }
        let mark: (name: String, sign: String) =
            switch cell.verdict {
            case .agrees?: ("ok", " ✓")
            case .differs?: ("off", " ✗")
            case .incomplete?: ("", " …")
            case nil: ("", "")
            }
        let difference = cell.difference == nil ? "" : ", Δ \(cell.differenceText)"
        return """
            <td class="number">\(figure)<span class="paper \(mark.name)">\(cell.referenceText)\(difference)\(mark.sign)</span></td>
            """
    }

    /// Where the figures come from: each value, and of how many trials.
    var originSection: String? {
        let origins = table.trials.compactMap { trial -> Provenance? in
            guard case .finished(let findings) = trial.state else { return nil }
            return findings.provenance
        }
        guard !origins.isEmpty else { return nil }
        func listed(_ title: String, _ value: (Provenance) -> String) -> String {
            let counts = Dictionary(origins.map { (value($0), 1) }, uniquingKeysWith: +)
            let values = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            let shown = values.prefix(Self.valuesShown).map { value, count in
                "<dd>\(Page.escaped(value.isEmpty ? "–" : value))\(counts.count > 1 ? " (\(count) trials)" : "")</dd>"
            }
            let rest = values.count > Self.valuesShown ? "<dd>and \(values.count - Self.valuesShown) more</dd>" : ""
            return "<dt>\(title)</dt>\(shown.joined())\(rest)"
        }
        let hours = origins.reduce(0) { $0 + $1.result.seconds } / 3600
        return """
            <h2>Where it comes from</h2>
            <dl>
            \(listed("program") { $0.result.programVersion })
            \(listed("hosts") { $0.result.host })
            \(listed("processors") { $0.result.processor })
            \(listed("BLAS") { $0.result.blas })
            \(listed("weights") { $0.result.weights })
            \(listed("images") { $0.result.data })
            <dt>wall time of all trials</dt><dd>\(TableCell.text(of: hours)) hours</dd>
            </dl>
            """
    }

    private static let valuesShown = 12
}
