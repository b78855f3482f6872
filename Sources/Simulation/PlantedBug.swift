/// A mistake that the simulation makes on purpose, to measure how soon it would be found.
///
/// All but two are made around the state machines, by changing what goes in or comes out.
package enum PlantedBug: String, CaseIterable, Sendable {
    // MARK: The disk

    /// A result that is on its way to the disk counts as being there.
    case acknowledgedBeforeCommit = "acknowledged-before-commit"
    /// The disk answers before it has synced, as with `synchronous=NORMAL`; a crash loses the last seconds.
    case unsyncedCommit = "unsynced-commit"
    /// A disk that has refused counts as having accepted.
    case refusalTakenForCommit = "refusal-taken-for-commit"
    /// A second result of a trial replaces the first: no `ON CONFLICT DO NOTHING`.
    case resultReplaced = "result-replaced"
    /// A second result of a trial is answered, and nobody compares it.
    case divergenceNotRecorded = "divergence-not-recorded"
    /// Attempts are not written down.
    case attemptNotPersisted = "attempt-not-persisted"
    /// A cancellation lives in memory only.
    case cancelNotDurable = "cancel-not-durable"
    /// A pause lives in memory only.
    case pauseNotDurable = "pause-not-durable"

    // MARK: Restarts

    /// The epoch stays what it was.
    case epochNotRaised = "epoch-not-raised"
    /// Attempts are counted from 1 again.
    case attemptNumberReused = "attempt-number-reused"
    /// What is under way is queued at once.
    case graceForgotten = "grace-forgotten"

    /// A restart gives every task its whole budget back.
    case budgetForgotten = "budget-forgotten"

    // MARK: Leases

    /// What a worker says of an old attempt counts for the one that is live.
    case oldAttemptAccepted = "old-attempt-accepted"
    /// A result counts whoever sends it.
    case foreignResultAccepted = "foreign-result-accepted"
    /// What the coordinator does not remember is taken in, and the disk is not asked whether the worker was given it.
    case strayTrusted = "stray-trusted"
    /// A second hello makes a worker forget what it has, as far as the coordinator knows.
    case helloNotIdempotent = "hello-not-idempotent"
    /// Leases end by a clock that people can set.
    case leaseOnWallClock = "lease-on-wall-clock"
    /// A task whose attempt came to nothing is not queued again.
    case forgottenRequeue = "forgotten-requeue"
    /// A lost task goes on counting against its worker's credit.
    case lostCredit = "lost-credit"
    /// A worker gets one task more than it asked for.
    case exceededCredit = "exceeded-credit"
    /// Failures do not count.
    case budgetNotCounted = "budget-not-counted"
    /// A straggler gets a second copy.
    case thirdCopy = "third-copy"
    /// Whoever loses the race goes on computing.
    case copyNotCancelled = "copy-not-cancelled"

    // MARK: Orders

    /// A sweep that is paused goes on getting its turns.
    case pausedSweepServed = "paused-sweep-served"
    /// A worker that is to leave is not told, and goes on getting tasks.
    case leaverServed = "leaver-served"
    /// A task begins whatever it requires.
    case requirementsIgnored = "requirements-ignored"
    /// A checkpoint counts before it is on disk.
    case checkpointNotKept = "checkpoint-not-kept"

    // MARK: Messages

    /// A worker forgets a result when it has offered it.
    case spoolDeletedAtOffer = "spool-deleted-at-offer"
    /// A worker that is asked to leave takes its spool with it.
    case spoolDroppedAtDrain = "spool-dropped-at-drain"
    /// A piece of a result is appended wherever it belongs.
    case chunkAppendedTwice = "chunk-appended-twice"
    /// A revoked key is still heard.
    case revokedKeyAccepted = "revoked-key-accepted"
}
