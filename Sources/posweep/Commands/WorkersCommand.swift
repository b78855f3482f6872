import ArgumentParser
import Cluster
import Foundation
import ResultsStore

struct WorkersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "workers",
        abstract: "List the workers, what they have and do, and when they were heard of.",
        discussion: """
            A coordinator also names those that have left, or were lost, within the last
            hour. A rate is that of the last half hour. A state folder knows who has ever
            joined and what they have found, and not who is there now.

            Examples:

              posweep workers --coordinator tcp://127.0.0.1:5555
              posweep workers --state state --json
            """)

    @Option(
        help: ArgumentHelp("A state folder; by default the only *.state folder here.", valueName: "folder"),
        completion: .directory)
    var state: String?

    @OptionGroup var running: CoordinatorOptions

    @OptionGroup var form: OutputForm

    func validate() throws {
        try running.exclude(state: state)
    }

    func run() throws {
        let workers = try summaries()
        try form.show(workers, WorkerTable(workers).lines.joined(separator: "\n"))
    }

    private func summaries() throws -> [WorkerSummary] {
        guard let answer = try running.ask(.workers) else {
            return try ResultsStore(reading: StateOptions(state: state).folder()).workerHistories().map {
                WorkerSummary($0)
            }
        }
        guard case .workers(let workers) = answer else { throw Failure.unexpectedAnswer }
        return workers
    }
}
