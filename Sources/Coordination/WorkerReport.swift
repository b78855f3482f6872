/// What a worker's state machine has to tell people.
package enum WorkerReport: Hashable, Sendable {
    case joined(epoch: UInt64)
    case refused(reason: String)
    /// The coordinator works on an older copy of its state than one that was seen before.
    case staleCoordinator(epoch: UInt64, seen: UInt64)
    case coordinatorSilent
    /// This many results belong to other clusters; they are kept and not offered here.
    case shelved(results: Int)
    /// The coordinator does not know an attempt whose results are here; they are kept.
    case notRecognised
    /// The disk does not take results; they stay in memory, and no more work is taken.
    case spoolRefused(cause: String)
    case spoolAccepts
    /// So many bytes of results wait for their acknowledgement that no more work is taken.
    case spoolFull(bytes: Int)
    case spoolHasRoom
    /// The file that belongs to a result cannot be had any more; the trial is to be computed anew.
    case fileLost(TrialID, cause: String)
    /// The worker leaves, for it has been without work for so long.
    case withoutWork(for: Duration)
    /// The coordinator has told the worker to leave when it has finished this many tasks.
    case finishing(tasks: Int)
    /// The worker takes no work yet, because the machine is its owner's at the moment.
    case standsStill(cause: String)
    /// The machine's owner has come, gone, or wants more of it back.
    case ownerDecided(IdlePolicy.Decision)
    /// The worker leaves, and this many results stay in its spool.
    case leftBehind(results: Int)
}
