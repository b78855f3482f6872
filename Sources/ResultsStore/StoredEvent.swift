package import Coordination

/// Something that happened and that people may want to know later.
package struct StoredEvent: Hashable, Sendable {
    /// Counts up in the order of recording.
    package let number: Int64
    /// The wall clock in UTC, for people to read.
    package let at: String
    /// "divergence", "refused", "failed", or what the coordinator calls it.
    package let kind: String
    package let task: TaskID?
    package let trial: TrialID?
    package let worker: WorkerID?
    package let message: String
}
