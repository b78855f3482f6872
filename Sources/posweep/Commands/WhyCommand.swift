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

    @OptionGroup var form: OutputForm

    func validate() throws {
        try running.exclude(state: state)
    }

    func run() throws {
        guard let answer = try running.ask(.why(identifier)) else {
            let store = try ResultsStore(reading: StateOptions(state: state).folder())
            let subject = try store.subject(named: identifier)
            return try show(store.explanation(of: subject), store.standing(of: subject))
        }
        guard case .explained(let lines, let standing) = answer else { throw Failure.unexpectedAnswer }
        try show(lines, standing)
    }

    private func show(_ lines: [String], _ standing: Standing?) throws {
        try form.show(Reason(lines: lines, standing: standing), lines.joined(separator: "\n"))
    }
}

/// The facts, with the words beside them.
private struct Reason: Encodable {
    let lines: [String]
    let standing: Standing?

    func encode(to encoder: any Encoder) throws {
        try standing?.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(lines, forKey: .lines)
    }

    private enum CodingKeys: String, CodingKey { case lines }
}
