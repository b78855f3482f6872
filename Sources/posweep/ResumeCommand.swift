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

    @OptionGroup var source: StateOptions

    @OptionGroup var running: CoordinatorOptions

    func validate() throws {
        try running.exclude(state: source.state)
        guard source.sweep != nil else { throw ValidationError("name the sweep") }
    }

    func run() throws {
        guard let answer = try running.ask(.resume(sweep: source.sweep ?? "")) else {
            print("\(try source.change { store, sweep throws(StoreError) in try store.resume(sweep) }): resumed")
            return
        }
        guard case .resumed(let sweep) = answer else { throw Failure.unexpectedAnswer }
        print("\(sweep): resumed")
    }
}
