import ArgumentParser
import Cluster
import ResultsStore

struct CancelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Stop a sweep; its results stay.",
        discussion: """
            What runs is called off, what waits is not begun, and results that come in
            later are not taken. Submitting the sweep again goes on with what is missing.

            Examples:

              posweep cancel table1 --coordinator tcp://127.0.0.1:5555
              posweep cancel table1 --state state
            """)

    @OptionGroup var sweep: ChangedSweepOptions

    @OptionGroup var form: OutputForm

    func run() throws {
        guard let answer = try sweep.running.ask(.cancel(sweep: sweep.name)) else {
            let progress = try sweep.change { store, id throws(StoreError) in try store.cancel(id) }
            return try form.show(
                SweepChange(progress, "cancelled"),
                "\(progress.name): cancelled, \(progress.trials.finished) of \(progress.trials.all) trials have a result"
            )
        }
        guard case .cancelled(let name) = answer else { throw Failure.unexpectedAnswer }
        try form.show(SweepChange(name, "cancelled"), "\(name): cancelled")
    }
}
