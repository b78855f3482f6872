import ArgumentParser
import Coordination
import ResultsStore

/// The sweep that a command changes, at a coordinator that runs or in a state folder that none uses.
struct ChangedSweepOptions: ParsableArguments {
    @OptionGroup var source: StateOptions

    @OptionGroup var running: CoordinatorOptions

    func validate() throws {
        try running.exclude(state: source.state)
        guard source.sweep != nil else { throw ValidationError("name the sweep") }
    }

    /// As it was given; ``validate()`` has seen to it that it was.
    var name: String { source.sweep ?? "" }

    /// Changes the sweep in a state folder that no coordinator uses.
    ///
    /// - Returns: Where the sweep stands then.
    func change(_ change: (ResultsStore, SweepID) throws(StoreError) -> Void) throws -> SweepProgress {
        let (reader, sweep) = try source.open()
        let store = try ResultsStore(folder: reader.folder.url)
        try change(store, sweep)
        let progress = try store.progress(of: sweep)
        try store.close()
        return progress
    }
}
