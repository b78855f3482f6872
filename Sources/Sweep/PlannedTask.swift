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
    /// The trials whose results it cannot do without: the training of its encoder.
    package let requires: [String]

    init(_ work: TaskWork, body: [UInt8], needs: [UInt64], requires: [String] = []) {
        var hash = ContentHash("posweep task 1")
        hash.add(body)
        (id, self.work, self.body, self.needs, self.requires) = (hash.identifier, work, body, needs, requires)
    }

    /// The identifiers of the task's trials, in its order.
    package var trialIDs: [String] { work.trials }
}
