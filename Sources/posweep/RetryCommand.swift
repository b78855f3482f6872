import ArgumentParser
import Cluster
import ResultsStore

struct RetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Try a sweep's failed tasks again.",
        discussion: """
            With a state folder the tasks are put back, and the next run takes them up
            with whatever else is missing; a running coordinator takes them up at once.
            Finished trials are never run again.

            Examples:

              posweep retry quickstart
              posweep retry quickstart --coordinator tcp://127.0.0.1:5555
            """)

    @OptionGroup var source: StateOptions

    @OptionGroup var running: CoordinatorOptions

    func validate() throws {
        try running.exclude(state: source.state)
        guard running.coordinator == nil || source.sweep != nil else { throw ValidationError("name the sweep") }
    }

    func run() throws {
        guard let answer = try running.ask(.retry(sweep: source.sweep ?? "")) else {
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
        guard case .retried(let sweep, let tasks) = answer else { throw Failure.unexpectedAnswer }
        print("\(sweep): \(tasks) failed tasks put back")
    }
}
