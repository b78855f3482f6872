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
        for comparison in judged where !quiet || comparison.cell.verdict != .agrees {
            let (cell, place) = (comparison.cell, comparison.keys + [comparison.group, comparison.metric])
            print(
                "\(cell.verdict?.rawValue ?? "")\t\(place.filter { !$0.isEmpty }.joined(separator: " "))\t\(cell.text)"
                    + "\tpaper \(cell.referenceText)\t\(cell.differenceText)")
        }
        let agreeing = judged.count { $0.cell.verdict == .agrees }
        let incomplete = judged.count { $0.cell.verdict == .incomplete }
        print("\(agreeing) of \(judged.count) figures within the tolerance, \(incomplete) incomplete")
        guard agreeing == judged.count else {
            throw Failure.work("\(judged.count - agreeing) figures do not agree with the reference")
        }
    }
}
