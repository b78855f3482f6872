import ArgumentParser
import Cluster
import ResultsStore

struct RetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Try a sweep's failed tasks again.",
        discussion: """
            With a state folder the tasks are put back, and the next run takes them up with whatever else is missing; a
            running coordinator takes them up at once. Finished trials are never run again.

            Examples:

              posweep retry quickstart
              posweep retry quickstart --coordinator tcp://127.0.0.1:5555
            """)

    @OptionGroup var source: StateOptions

    @Option(help: "The address of a running coordinator.")
    var coordinator: String?

    @OptionGroup var key: KeyOptions

    func validate() throws {
        guard coordinator == nil || source.state == nil else {
            throw ValidationError("give --state or --coordinator, not both")
        }
        guard coordinator == nil || source.sweep != nil else { throw ValidationError("name the sweep") }
    }

    func run() throws {
        guard let coordinator else {
            let folder = try source.folder()
            let sweep = try source.open().sweep
            let store = try ResultsStore(folder: folder)
            let tasks = try store.retryFailed(of: sweep)
            let progress = try store.progress(of: sweep)
            try store.close()
            print(
                "\(tasks) failed tasks put back; \(progress.trials.all - progress.trials.finished) trials are to be run"
            )
            return
        }
        switch try CoordinatorConnection.ask(
            .retry(sweep: source.sweep ?? ""), at: coordinator, credentials: key.credentials(for: coordinator))
        {
        case .retried(let sweep, let tasks): print("\(sweep): \(tasks) failed tasks put back")
        case .failed(let message, let isUsage): throw isUsage ? Failure.usage(message) : Failure.work(message)
        case .submitted, .status, .cancelled, .prioritised, .explained:
            throw Failure.work("the coordinator answered something else — are both of the same version?")
        }
    }
}
