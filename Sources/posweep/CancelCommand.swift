import ArgumentParser
import Cluster
import ResultsStore

struct CancelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Stop a sweep; its results stay.",
        discussion: """
            What runs is called off, what waits is not begun, and results that come in later are not taken. Submitting the
            sweep again goes on with what is missing.

            Examples:

              posweep cancel table1 --coordinator tcp://127.0.0.1:5555
              posweep cancel table1 --state state
            """)

    @OptionGroup var source: StateOptions

    @Option(help: "The address of a running coordinator.")
    var coordinator: String?

    @OptionGroup var key: KeyOptions

    func validate() throws {
        guard coordinator == nil || source.state == nil else {
            throw ValidationError("give --state or --coordinator, not both")
        }
        guard source.sweep != nil else { throw ValidationError("name the sweep") }
    }

    func run() throws {
        guard let coordinator else {
            let (reader, sweep) = try source.open()
            let store = try ResultsStore(folder: reader.folder.url)
            try store.cancel(sweep)
            let progress = try store.progress(of: sweep)
            try store.close()
            print(
                "\(progress.name): cancelled, \(progress.trials.finished) of \(progress.trials.all) trials have a result"
            )
            return
        }
        switch try CoordinatorConnection.ask(
            .cancel(sweep: source.sweep ?? ""), at: coordinator, credentials: key.credentials(for: coordinator))
        {
        case .cancelled(let sweep): print("\(sweep): cancelled")
        case .failed(let message, let isUsage): throw isUsage ? Failure.usage(message) : Failure.work(message)
        case .submitted, .status, .retried, .prioritised, .explained:
            throw Failure.work("the coordinator answered something else — are both of the same version?")
        }
    }
}
