package import Coordination

/// What a coordinator tells those who watch it, at one moment.
package struct MetricsSnapshot: Hashable, Sendable {
    /// A sweep, with counts of tasks now and of trials since the coordinator was started.
    package struct Sweep: Hashable, Sendable {
        package let name: String
        package let isPaused: Bool
        package let waiting: Int
        package let running: Int
        package let finishedTrials: Int
        package let failedTrials: Int

        package init(
            name: String, isPaused: Bool, waiting: Int, running: Int, finishedTrials: Int, failedTrials: Int
        ) {
            (self.name, self.isPaused) = (name, isPaused)
            (self.waiting, self.running) = (waiting, running)
            (self.finishedTrials, self.failedTrials) = (finishedTrials, failedTrials)
        }

        /// Tasks that a worker may be given.
        package var queued: Int { isPaused ? 0 : waiting }
        /// Tasks that wait for nothing but the end of a pause.
        package var paused: Int { isPaused ? waiting : 0 }
        package var isOpen: Bool { waiting + running > 0 }
    }

    /// What the state folder's disk has done since the start.
    package struct Store: Hashable, Sendable {
        package let transactions: Int
        package let records: Int
        package let seconds: Double
        /// For how many seconds something has been waiting for it; 0 where nothing does.
        package let waiting: Double
        /// Whether it has refused records, so that nothing is assigned or acknowledged.
        package let refuses: Bool

        package init(transactions: Int, records: Int, seconds: Double, waiting: Double, refuses: Bool) {
            (self.transactions, self.records, self.seconds) = (transactions, records, seconds)
            (self.waiting, self.refuses) = (waiting, refuses)
        }
    }

    /// Bytes since the start.
    package struct Bytes: Hashable, Sendable {
        package let received: Int
        package let sent: Int
        /// Images and weights that workers have fetched.
        package let contents: Int

        package init(received: Int, sent: Int, contents: Int) {
            (self.received, self.sent, self.contents) = (received, sent, contents)
        }
    }

    package let version: String
    package let uptimeSeconds: Double
    package let sweeps: [Sweep]
    /// How many workers are in each state.
    package let workers: [String: Int]
    package let tally: Tally
    package let store: Store
    package let bytes: Bytes
    package let isDraining: Bool

    package init(
        version: String, uptimeSeconds: Double, sweeps: [Sweep], workers: [String: Int], tally: Tally, store: Store,
        bytes: Bytes, isDraining: Bool
    ) {
        (self.version, self.uptimeSeconds) = (version, uptimeSeconds)
        (self.sweeps, self.workers, self.tally) = (sweeps, workers, tally)
        (self.store, self.bytes, self.isDraining) = (store, bytes, isDraining)
    }
}
