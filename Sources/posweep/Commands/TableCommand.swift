import ArgumentParser
import Foundation
import ResultsStore

struct TableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table",
        abstract: "Print a sweep's results.",
        discussion: """
            Text, Markdown and LaTeX give the table that the sweep file lays out; CSV and
            JSON every trial with full precision.

            Examples:

              posweep table quickstart
              posweep table table1 --compare paper --metric SPC
              posweep table quickstart --baseline encoder.padding=zero --format latex
              posweep table --state quickstart.state --format csv --no-provenance
            """)

    @OptionGroup var source: StateOptions

    @Option(help: "The form of the table: \(TableFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format = TableFormat.text

    @Flag(name: .customLong("json"), help: "The same as --format json.")
    var isJSON = false

    @Flag(inversion: .prefixedNo, help: "Say in CSV and JSON where each figure comes from.")
    var provenance = true

    @Option(help: "What to set beside our figures: paper, the reference that the sweep file names.")
    var compare: ComparedWith?

    @Option(help: "Show only this metric; can be repeated.", completion: .metric)
    var metric: [String] = []

    @Flag(help: "Show the figures by distance to the border, where the sweep kept them (data.rings).")
    var rings = false

    @Option(
        help: ArgumentHelp(
            "Show each row's difference to the row with these settings, seed by seed.", valueName: "key=value"))
    var baseline: Baseline?

    enum ComparedWith: String, CaseIterable, ExpressibleByArgument {
        case paper
    }

    func validate() throws {
        guard metric.isEmpty || !rings else { throw ValidationError("give either --metric or --rings") }
        guard !isJSON || [.text, .json].contains(format) else { throw ValidationError("give --format or --json") }
    }

    func run() throws {
        let (store, sweep) = try source.open()
        let reference = compare == nil ? nil : try ReferenceFigures(of: try store.tableDefinition(of: sweep))
        let table = try store.table(
            of: sweep, reference: reference, baseline: baseline,
            metrics: metric.isEmpty && !rings ? nil : { known in known.filter(isWanted) })
        if let unknown = metric.first(where: { !table.definition.metrics.contains($0) }) {
            throw Failure.usage("the sweep has no metric '\(unknown)'")
        }
        guard !table.definition.metrics.isEmpty else {
            throw Failure.usage("the sweep kept no rings — give its file data.rings: 7, and run it again")
        }
        print(table.formatted(as: isJSON ? .json : format, provenance: provenance), terminator: "")
    }

    private func isWanted(_ name: String) -> Bool {
        rings ? name.contains("@") : metric.contains(name)
    }
}

extension ReferenceFigures {
    /// The figures that a sweep file names.
    init(of definition: TableDefinition) throws {
        guard let reference = definition.reference else {
            throw Failure.usage("the sweep file names no reference to compare with")
        }
        let text: String
        do {
            text = try String(contentsOfFile: reference.file, encoding: .utf8)
        } catch {
            throw Failure.work("\(reference.file), the sweep's reference, cannot be read")
        }
        try self.init(csv: text, file: reference.file, cite: reference.cite)
    }
}

extension Baseline: ExpressibleByArgument {
    public init?(argument: String) {
        self.init(argument)
    }
}

extension TableFormat: ExpressibleByArgument {}
