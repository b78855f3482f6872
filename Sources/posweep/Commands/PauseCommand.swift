import ArgumentParser
import Cluster
import ResultsStore

struct PauseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Give nothing more of a sweep to workers until it is resumed.",
        discussion: """
            Tasks that run are finished, and their results are taken. A pause is kept in
            the state folder: coordinators that are started later keep to it too.
            Submitting the sweep again leaves it paused.

            Examples:

              posweep pause table1 --coordinator tcp://127.0.0.1:5555
              posweep pause table1 --state state
            """)

    @OptionGroup var sweep: ChangedSweepOptions

    @OptionGroup var form: OutputForm

    func run() throws {
        guard let answer = try sweep.running.ask(.pause(sweep: sweep.name)) else {
            let progress = try sweep.change { store, id throws(StoreError) in try store.pause(id) }
            return try form.show(SweepChange(progress, "paused"), "\(progress.name): paused")
        }
        guard case .paused(let name, let tasks) = answer else { throw Failure.unexpectedAnswer }
        var change = SweepChange(name, "paused")
        change.runningTasks = tasks
        try form.show(change, "\(name): paused" + (tasks > 0 ? "; tasks that run are finished: \(tasks)" : ""))
    }
}
