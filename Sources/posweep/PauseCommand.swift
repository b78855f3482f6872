import ArgumentParser
import Cluster
import Coordination
import ResultsStore

struct PauseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Give nothing more of a sweep to workers until it is resumed.",
        discussion: """
            Tasks that run are finished, and their results are taken. A pause is kept in the state folder: coordinators that
            are started later keep to it too. Submitting the sweep again leaves it paused.

            Examples:

              posweep pause table1 --coordinator tcp://127.0.0.1:5555
              posweep pause table1 --state state
            """)

    @OptionGroup var source: StateOptions

    @OptionGroup var running: CoordinatorOptions

    func validate() throws {
        try running.exclude(state: source.state)
        guard source.sweep != nil else { throw ValidationError("name the sweep") }
    }

    func run() throws {
        guard let answer = try running.ask(.pause(sweep: source.sweep ?? "")) else {
            print("\(try source.change { store, sweep throws(StoreError) in try store.pause(sweep) }): paused")
            return
        }
        guard case .paused(let sweep, let tasks) = answer else { throw Failure.unexpectedAnswer }
        print("\(sweep): paused" + (tasks > 0 ? "; tasks that run are finished: \(tasks)" : ""))
    }
}

extension StateOptions {
    /// Changes something about a sweep in a state folder that no coordinator uses.
    ///
    /// - Returns: The sweep's name.
    func change(_ change: (ResultsStore, SweepID) throws(StoreError) -> Void) throws -> String {
        let (reader, sweep) = try open()
        let store = try ResultsStore(folder: reader.folder.url)
        try change(store, sweep)
        let name = try store.progress(of: sweep).name
        try store.close()
        return name
    }
}
