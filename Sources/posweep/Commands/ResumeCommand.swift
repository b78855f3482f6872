import ArgumentParser
import Cluster
import ResultsStore

struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a sweep that was paused go on.",
        discussion: """
            Examples:

              posweep resume table1 --coordinator tcp://127.0.0.1:5555
              posweep resume table1 --state state
            """)

    @OptionGroup var sweep: ChangedSweepOptions

    @OptionGroup var form: OutputForm

    func run() throws {
        guard let answer = try sweep.running.ask(.resume(sweep: sweep.name)) else {
            let progress = try sweep.change { store, id throws(StoreError) in try store.resume(id) }
            return try form.show(SweepChange(progress, "resumed"), "\(progress.name): resumed")
        }
        guard case .resumed(let name) = answer else { throw Failure.unexpectedAnswer }
        try form.show(SweepChange(name, "resumed"), "\(name): resumed")
    }
}
