import ArgumentParser
import Cluster
import Coordination

struct SubmitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit",
        abstract: "Give a sweep to a coordinator.",
        discussion: """
            Submitting the same file twice changes nothing; an edited file adds what is
            new and keeps results. Folders and weights are read on the coordinator's host,
            which hands them to workers.

            Exit status 64 where the file has a mistake, and nothing is submitted.

            Examples:

              posweep submit mine.yaml --coordinator tcp://127.0.0.1:5555
              posweep submit urgent.yaml --coordinator tcp://127.0.0.1:5555 --priority 50
            """)

    @OptionGroup var source: SweepSource

    @Option(help: ArgumentHelp("The coordinator's address.", valueName: "address"))
    var coordinator: String

    @Option(
        help: "How its turns compare with other sweeps': from 1 to 100; 10 is usual, and what it has stays otherwise.")
    var priority: SweepPriority?

    @Option(
        help: ArgumentHelp(
            """
            Split what one worker would do into tasks for so many, where that is quicker. For a sweep's first submission: \
            another split later is run beside what waits. Results are the same.
            """))
    var workers = 1

    @OptionGroup var key: KeyOptions

    @OptionGroup var form: OutputForm

    private struct Outcome: Encodable {
        let sweep: String
        let added, kept, withdrawn, finished, reused: Int
        let isPaused: Bool?
    }

    func validate() throws {
        guard (1...10_000).contains(workers) else { throw ValidationError("--workers must be from 1 to 10000") }
    }

    func run() throws {
        // The coordinator reads and checks it; for a large sweep that takes long enough once.
        let text = try source.text()
        guard
            case .submitted(let name, let added, let kept, let withdrawn, let finished, let reused, let isPaused) =
                try key.ask(.submit(text, priority: priority?.value, workers: workers), at: coordinator)
        else { throw Failure.unexpectedAnswer }
        try form.show(
            Outcome(
                sweep: name, added: added, kept: kept, withdrawn: withdrawn, finished: finished, reused: reused,
                isPaused: isPaused),
            "\(name): \(added) trials new, \(kept) kept, \(withdrawn) withdrawn; \(finished) have a result"
                + (reused > 0 ? ", \(reused) of them from other sweeps" : ""))
        if isPaused == true {
            printToStandardError(
                "posweep: \(name) is paused; posweep resume \(name) --coordinator \(coordinator) lets it go on")
        }
    }
}
