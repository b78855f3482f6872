/// What a worker's state machine has to tell people.
package enum WorkerReport: Hashable, Sendable {
    case joined(epoch: UInt64)
    case refused(reason: String)
    /// The coordinator works on an older copy of its state than one that was seen before.
    case staleCoordinator(epoch: UInt64, seen: UInt64)
    case coordinatorSilent
}
