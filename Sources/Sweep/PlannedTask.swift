package import Experiments

/// A task of a sweep and its body as it goes to a worker.
package struct PlannedTask: Hashable, Sendable {
    /// 32 hexadecimal digits, hashed from the body.
    package let id: String
    package let task: ExperimentTask
    /// The task as JSON with sorted keys; at most `ExperimentTask.bodyBytesLimit` bytes.
    package let body: [UInt8]
    /// Hashes of what a worker needs for it, what matters most first.
    package let needs: [UInt64]

    /// The identifiers of the task's trials, in its order.
    package var trialIDs: [String] { task.trials.map(\.id) }
}
