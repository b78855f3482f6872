import ArgumentParser
import Dashboard
import Experiments
import Foundation
import ResultsStore

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a sweep's results as one HTML file.",
        discussion: """
            It has the table beside the paper's, plots, maps and where it all comes from.
            The file needs nothing else, neither this program nor a network, and prints
            well.

            Examples:

              posweep report quickstart --output report.html
              posweep report --state quickstart.state --images 0,3,5
            """)

    @OptionGroup var source: StateOptions

    @Option(help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file(extensions: ["html"]))
    var output = "report.html"

    @Option(help: "The numbers of the test images whose maps are shown, e.g. 0,3.")
    var images = "0,1"

    @OptionGroup var form: OutputForm

    private struct Written: Encodable {
        let file, sweep: String
        let rows: Int
    }

    func validate() throws {
        guard !imageNumbers.isEmpty, imageNumbers.count == images.split(separator: ",").count else {
            throw ValidationError("--images \(images): give up to 16 numbers from 0 on, e.g. 0,3")
        }
    }

    private var imageNumbers: [Int] {
        let numbers = images.split(separator: ",").compactMap { Int($0) }
        return numbers.count <= 16 && numbers.allSatisfy { $0 >= 0 } ? numbers : []
    }

    func run() throws {
        let (store, sweep) = try source.open()
        let table = try store.table(
            of: sweep, reference: ReferenceFigures(readableFor: try store.tableDefinition(of: sweep)))
        let again =
            ["report", table.name] + ShellCommand.option("state", store.folder.url.path(percentEncoded: false))
            + ShellCommand.option("output", output) + ["--images", images]
        let report = Report(
            table: table, progress: try store.progress(of: sweep),
            curves: try store.curves(of: sweep, atMost: Page.plotsLimit), sheet: try sheet(of: table, in: store),
            commands: Report.Commands(
                run: table.definition.origin.map { "\(ShellCommand("run", $0))" },
                report: "\(ShellCommand(again))"))
        try Data(report.html.utf8).write(to: URL(filePath: output), options: .atomic)
        try form.show(
            Written(file: output, sweep: table.name, rows: table.rows.count),
            "\(output): \(table.name), \(table.rows.count) rows")
    }

    /// The case-study sheet; nil for a sweep that has no maps of these images.
    private func sheet(of table: ResultsTable, in store: ResultsStore) throws -> Data? {
        let sweep = try store.sweep(named: table.name)
        guard let cases = try? CaseStudy(of: sweep, table, in: store, test: nil, images: imageNumbers) else {
            return nil
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "posweep-\(UUID().uuidString).png")
        defer { try? FileManager.default.removeItem(at: file) }  // A left-over picture harms nobody.
        try cases.sheet.write(to: file)
        return try Data(contentsOf: file)
    }
}
