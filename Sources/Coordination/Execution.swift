/// An execution that some coordinator has given away.
package struct Execution: Hashable, Sendable {
    package let attempt: Attempt
    package let worker: WorkerID
    /// Whether it was not known to have ended when the task was read.
    package let isOpen: Bool

    package init(_ attempt: Attempt, worker: WorkerID, isOpen: Bool) {
        self.attempt = attempt
        self.worker = worker
        self.isOpen = isOpen
    }
}
