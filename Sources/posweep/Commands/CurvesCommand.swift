import ArgumentParser
import Foundation
import ResultsStore

struct CurvesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "curves",
        abstract: "Print the learning curves of a sweep's trainings.",
        discussion: """
            Text has a line for each finished training: how its loss and its figures on
            the validation images went from the first epoch to the last, drawn where the
            terminal can. CSV and JSON have every epoch. What runs at the moment is shown
            by posweep status --watch.

            Examples:

              posweep curves trained
              posweep curves trained --format csv
            """)

    @OptionGroup var source: StateOptions

    @Option(
        help: "The form of the curves: \(TrialCurves.Format.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format = TrialCurves.Format.text

    @Flag(name: .customLong("json"), help: "The same as --format json.")
    var isJSON = false

    func validate() throws {
        guard !isJSON || format != .csv else { throw ValidationError("give --format or --json") }
    }

    func run() throws {
        let (store, sweep) = try source.open()
        let curves = try store.curves(of: sweep)
        let blocks = Terminal.output.style.drawsBlocks
        print(curves.formatted(as: isJSON ? .json : format, sparklines: blocks), terminator: "")
    }
}

extension TrialCurves.Format: ExpressibleByArgument {}
