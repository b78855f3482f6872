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

    @OptionGroup var running: CoordinatorOptions

    func validate() throws {
        try running.exclude(state: source.state)
        guard source.sweep != nil else { throw ValidationError("name the sweep") }
    }

    func run() throws {
        guard let answer = try running.ask(.cancel(sweep: source.sweep ?? "")) else {
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
        guard case .cancelled(let sweep) = answer else { throw Failure.unexpectedAnswer }
        print("\(sweep): cancelled")
    }
}
