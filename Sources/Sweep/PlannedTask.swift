package import Experiments

/// A task of a sweep and its body as it goes to a worker.
package struct PlannedTask: Hashable, Sendable {
    /// 32 hexadecimal digits, hashed from the body.
    package let id: String
    package let work: TaskWork
    /// The work as JSON with sorted keys; at most `TaskWork.bodyBytesLimit` bytes.
    package let body: [UInt8]
    /// Hashes of what a worker needs for it, what matters most first.
    package let needs: [UInt64]

    init(_ work: TaskWork, body: [UInt8], needs: [UInt64]) {
        var hash = ContentHash("posweep task 1")
        hash.add(body)
        (id, self.work, self.body, self.needs) = (hash.identifier, work, body, needs)
    }

    /// The identifiers of the task's trials, in its order.
    package var trialIDs: [String] { work.trials }
}
