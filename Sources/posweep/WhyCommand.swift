import ArgumentParser
import Cluster
import ResultsStore

struct WhyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "why",
        abstract: "Say why a trial or task waits, runs, failed, or is not run again.",
        discussion: """
            Identifiers stand in posweep plan --trials, in the CSV table and in log lines;
            their first digits are enough.

            Examples:

              posweep why 3b6789c7 --state quickstart.state
              posweep why 3b6789c7 --coordinator tcp://127.0.0.1:5555
            """)

    @Argument(help: "The trial's or task's identifier, or its first digits.")
    var identifier: String

    @Option(
        help: ArgumentHelp("The state folder; without it the only *.state folder here.", valueName: "folder"),
        completion: .directory)
    var state: String?

    @OptionGroup var running: CoordinatorOptions

    func validate() throws {
        try running.exclude(state: state)
    }

    func run() throws {
        guard let answer = try running.ask(.why(identifier)) else {
            var options = StateOptions()
            options.sweep = nil
            options.state = state
            let store = try ResultsStore(reading: options.folder())
            for line in try store.explanation(of: store.subject(named: identifier)) { print(line) }
            return
        }
        guard case .explained(let lines) = answer else { throw Failure.unexpectedAnswer }
        for line in lines { print(line) }
    }
}
