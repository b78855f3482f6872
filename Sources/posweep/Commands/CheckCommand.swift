import ArgumentParser
import ResultsStore

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Compare a sweep with its reference, within its tolerance.",
        discussion: """
            For continuous integration: the sweep file names the reference and how far
            each metric may be from it.

            Exit status 1 where a figure is outside the tolerance, or missing.

            Example:

              posweep check table1
            """)

    @OptionGroup var source: StateOptions

    @Flag(help: "List only the figures that do not agree.")
    var quiet = false

    @OptionGroup var form: OutputForm

    func run() throws {
        let (store, sweep) = try source.open()
        let definition = try store.tableDefinition(of: sweep)
        let reference = try ReferenceFigures(of: definition)
        guard let tolerance = definition.reference?.tolerance, !tolerance.isEmpty else {
            throw Failure.usage(
                "the sweep file gives no tolerance — say how far figures may be: reference: {tolerance: {SPC: 0.05}}")
        }
        let table = try store.table(of: sweep, reference: reference)
        let judged = table.comparisons.filter { $0.cell.verdict != nil }
        guard !judged.isEmpty else {
            throw Failure.usage("none of the sweep's figures has one in the reference to compare with")
        }
        let shown = judged.filter { !quiet || $0.cell.verdict != .agrees }
        let agreeing = judged.count { $0.cell.verdict == .agrees }
        let incomplete = judged.count { $0.cell.verdict == .incomplete }
        try form.show(
            Verdicts(
                sweep: table.name, cite: definition.reference?.cite, tolerance: tolerance, judged: judged.count,
                agreeing: agreeing, incomplete: incomplete,
                figures: shown.map { Verdicts.Figure($0, rowKeys: table.rowKeys) }),
            (shown.map(Self.line)
                + ["\(agreeing) of \(judged.count) figures within the tolerance, \(incomplete) incomplete"])
                .joined(separator: "\n"))
        guard agreeing == judged.count else {
            throw Failure.work("\(judged.count - agreeing) figures do not agree with the reference")
        }
    }

    private static func line(_ comparison: ResultsTable.Comparison) -> String {
        let (cell, place) = (comparison.cell, comparison.keys + [comparison.group, comparison.metric])
        let words = place.filter { !$0.isEmpty }.map(PrintableText.printable)
        return "\(cell.verdict?.rawValue ?? "")\t\(words.joined(separator: " "))\t\(cell.text)"
            + "\tpaper \(cell.referenceText)\t\(cell.differenceText)"
    }
}

/// Figures beside those of a reference, for scripts.
private struct Verdicts: Encodable {
    struct Figure: Encodable {
        /// `agrees`, `differs` or `incomplete`.
        let verdict: String
        let row: [String: String]
        let column, metric: String
        /// The mean over the seeds, and its deviation; null where there is none.
        let value, deviation: Double?
        let reference, difference: Double?
        let trials, expectedTrials: Int

        init(_ comparison: ResultsTable.Comparison, rowKeys: [String]) {
            let cell = comparison.cell
            verdict = cell.verdict.map { "\($0)" } ?? ""
            row = Dictionary(zip(rowKeys, comparison.keys)) { first, _ in first }
            (column, metric) = (comparison.group, comparison.metric)
            if case .defined(let mean, let spread) = cell.figure {
                (value, deviation) = (mean, spread)
            } else {
                (value, deviation) = (nil, nil)
            }
            (reference, difference) = (cell.reference, cell.difference)
            (trials, expectedTrials) = (cell.count, cell.expected)
        }
    }

    let sweep: String
    let cite: String?
    let tolerance: [String: Double]
    let judged, agreeing, incomplete: Int
    let figures: [Figure]
}
