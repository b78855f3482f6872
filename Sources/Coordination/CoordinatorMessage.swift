/// What the coordinator says to workers.
package enum CoordinatorMessage: Hashable, Sendable {
    case welcome(Welcome)
    /// Go away; `isFinal` says not to come back as you are.
    case refused(reason: String, isFinal: Bool)
    /// Execute this task: of its trials, those are missing. Whoever has done so has what it needs. It begins from its inputs.
    case assign(AttemptName, body: [UInt8], trials: [TrialID], needs: [UInt64] = [], TaskInputs = .none)
    /// Answers a heartbeat, and names the executions in it that are not, or no longer, the worker's.
    case renewed(cancelled: [AttemptName])
    /// Send so many bytes of an offered result's map values from this offset on.
    case want(AttemptName, TrialID, offset: Int, bytes: Int)
    /// What became of an offered result; unless its attempt is unknown, forget it.
    case acknowledged(AttemptName, TrialID, OfferOutcome)
    /// The file that belongs to an offered result is not here: send it, and offer the result again.
    case lacking(AttemptName, TrialID)
    case cancel(AttemptName)
    /// Hand back what you have and leave.
    case drain
    /// Take nothing more, finish what you have, and leave.
    case finishAndLeave
}

package struct Welcome: Hashable, Sendable {
    package let version: Int
    /// Whose results these are; a worker offers a result only where it was asked for.
    package let cluster: ClusterID
    /// Grows with every start of a coordinator on the same state.
    package let epoch: UInt64
    package let session: UInt64
    package let heartbeat: Duration
    /// Executions named in the hello that the coordinator no longer waits for.
    package let cancelled: [AttemptName]

    package init(
        version: Int, cluster: ClusterID = .unnamed, epoch: UInt64, session: UInt64, heartbeat: Duration,
        cancelled: [AttemptName]
    ) {
        self.version = version
        self.cluster = cluster
        self.epoch = epoch
        self.session = session
        self.heartbeat = heartbeat
        self.cancelled = cancelled
    }
}

/// What became of an offered result.
package enum OfferOutcome: String, Hashable, Sendable {
    case stored
    /// Another execution's result was there first.
    case duplicate
    /// The trial was cancelled, or the result contradicts itself.
    case unwanted
    /// Neither the coordinator nor its disk knows that this worker was given the attempt: its state may be an older copy,
    /// so the worker keeps the result.
    case unknown
}
