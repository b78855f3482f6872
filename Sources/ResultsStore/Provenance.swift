package import Coordination

/// Where a trial's figures come from.
package struct Provenance: Hashable, Sendable {
    package let task: TaskID
    package let attempt: Attempt
    package let worker: WorkerID
    /// What the worker said of itself and of what it read.
    package let result: TrialResult.Provenance
    /// When it was committed, by the wall clock in UTC.
    package let committed: String

    package init(
        task: TaskID, attempt: Attempt, worker: WorkerID, result: TrialResult.Provenance, committed: String
    ) {
        self.task = task
        self.attempt = attempt
        self.worker = worker
        self.result = result
        self.committed = committed
    }
}
