import ArgumentParser
import Foundation
import ResultsStore

struct TableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table",
        abstract: "Print a sweep's results.",
        discussion: """
            Text and Markdown give the table that the sweep file lays out; CSV and JSON every trial with full precision.

            Examples:

              posweep table quickstart
              posweep table --state quickstart.state --format csv --no-provenance
            """)

    @OptionGroup var source: StateOptions

    @Option(help: "The form of the table: \(TableFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format = TableFormat.text

    @Flag(inversion: .prefixedNo, help: "Say in CSV and JSON where each figure comes from.")
    var provenance = true

    @Flag(help: "Set the figures that the sweep file names as its reference beside ours.")
    var compare = false

    func run() throws {
        let (store, sweep) = try source.open()
        let reference = compare ? try reference(of: try store.tableDefinition(of: sweep)) : nil
        let table = try store.table(of: sweep, reference: reference)
        print(table.formatted(as: format, provenance: provenance), terminator: "")
    }

    private func reference(of definition: TableDefinition) throws -> ReferenceFigures {
        guard let reference = definition.reference else {
            throw Failure.usage("the sweep file names no reference to compare with")
        }
        guard let text = try? String(contentsOfFile: reference.file, encoding: .utf8) else {
            throw Failure.work("\(reference.file), the sweep's reference, cannot be read")
        }
        return try ReferenceFigures(csv: text, file: reference.file, cite: reference.cite)
    }
}

extension TableFormat: ExpressibleByArgument {}
