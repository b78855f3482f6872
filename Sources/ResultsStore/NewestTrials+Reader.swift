package import Coordination
import Synchronization

extension NewestTrials {
    /// Reads the newest trials of a store again and again, and what their rows are made of only when that has changed.
    package final class Reader: Sendable {
        private struct Known {
            let sweep: SweepID
            let mark: String?
            let layout: Layout
            /// The trials that were asked for last, and what came of it.
            var answer: (trials: [TrialID], newest: NewestTrials)?
        }

        private let known = Mutex<Known?>(nil)

        package init() {}

        /// The newest trials of the sweep that has the newest of all; nil where nothing is finished.
        ///
        /// - Parameters:
        ///   - store: The store, always the same.
        ///   - trials: Those that are known to be the newest, the newest first; nil looks through all results.
        /// - Returns: At most ``NewestTrials/limit`` rows.
        /// - Throws: `StoreError` where the store cannot be read.
        package func read(_ store: ResultsStore, among trials: [TrialID]? = nil) throws(StoreError) -> NewestTrials? {
            if let trials, trials.isEmpty { return nil }
            guard let sweep = try store.sweep(of: trials?.first) else { return nil }
            let mark = try store.submissionMark(of: sweep)
            var known: Known
            if let found = self.known.withLock(\.self), found.sweep == sweep, found.mark == mark {
                known = found
            } else {
                known = Known(sweep: sweep, mark: mark, layout: try store.newestLayout(of: sweep))
            }
            if let answer = known.answer, answer.trials == trials { return answer.newest }
            let newest =
                if let trials {
                    try store.newestTrials(trials, of: sweep, known.layout)
                } else {
                    try store.newestTrials(of: sweep, known.layout)
                }
            known.answer = trials.map { ($0, newest) }
            self.known.withLock { [known] in $0 = known }
            return newest
        }
    }
}
