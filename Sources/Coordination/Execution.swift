/// An execution that some coordinator has given away.
package struct Execution: Hashable, Sendable {
    package let attempt: Attempt
    package let worker: WorkerID
    /// Whether it was not known to have ended when the task was read.
    package let isOpen: Bool
    /// What it failed of, where that counts against its task.
    package let failure: FailureKind?

    package init(_ attempt: Attempt, worker: WorkerID, isOpen: Bool, failure: FailureKind? = nil) {
        self.attempt = attempt
        self.worker = worker
        self.isOpen = isOpen
        self.failure = failure
    }
}
