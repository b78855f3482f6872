/// One execution of a task, as both sides name it.
package struct AttemptName: Hashable, Sendable {
    package let task: TaskID
    package let attempt: Attempt

    package init(_ task: TaskID, _ attempt: Attempt) {
        self.task = task
        self.attempt = attempt
    }
}

/// What workers say to the coordinator.
package enum WorkerMessage: Hashable, Sendable {
    /// First on every connection.
    case hello(Hello)
    /// I live; this is all that I hold, and I take so many executions at a time.
    case heartbeat(credit: Int, held: [AttemptName])
    /// How far an execution is, from 0 to 1; advisory.
    case progress(AttemptName, fraction: Double, note: String)
    /// A trial is finished; where its maps are too large for one message, they follow when they are wanted.
    case offer(Offer)
    /// A piece of an offered result's map values.
    case chunk(AttemptName, TrialID, offset: Int, bytes: [UInt8])
    case failed(AttemptName, FailureKind, cause: String)
    /// I stop this execution, and nobody is to blame.
    case handedBack(AttemptName)
    /// I leave and hold nothing any more.
    case goodbye
}

/// How a worker introduces itself.
package struct Hello: Hashable, Sendable {
    /// The protocol versions that the worker speaks.
    package let versions: ClosedRange<Int>
    package let worker: WorkerID
    /// Drawn at each start of the worker: a new one has forgotten what an older one held.
    package let incarnation: UInt64
    package let host: String
    package let programVersion: String
    package let threads: Int
    /// The largest epoch that the worker has seen.
    package let epoch: UInt64
    /// What the worker is computing, or still has results of.
    package let held: [AttemptName]

    package init(
        versions: ClosedRange<Int> = ProtocolVersion.spoken, worker: WorkerID, incarnation: UInt64, host: String,
        programVersion: String, threads: Int, epoch: UInt64, held: [AttemptName]
    ) {
        self.versions = versions
        self.worker = worker
        self.incarnation = incarnation
        self.host = host
        self.programVersion = programVersion
        self.threads = threads
        self.epoch = epoch
        self.held = held
    }
}

/// A finished trial's result; its map values are either all there or all to come.
package struct Offer: Hashable, Sendable {
    package let name: AttemptName
    package let trial: TrialID
    /// The result; where the values are to come, its maps have none.
    package let result: TrialResult
    package let hasValues: Bool

    package init(_ name: AttemptName, _ trial: TrialID, _ result: TrialResult, hasValues: Bool) {
        self.name = name
        self.trial = trial
        self.result = result
        self.hasValues = hasValues
    }
}

/// What the coordinator says to workers.
package enum CoordinatorMessage: Hashable, Sendable {
    case welcome(Welcome)
    /// Go away; `isFinal` says not to come back as you are.
    case refused(reason: String, isFinal: Bool)
    /// Execute this task: of its trials, those are missing.
    case assign(AttemptName, body: [UInt8], trials: [TrialID])
    /// Answers a heartbeat, and names the executions in it that are not, or no longer, the worker's.
    case renewed(cancelled: [AttemptName])
    /// Send so many bytes of an offered result's map values from this offset on.
    case want(AttemptName, TrialID, offset: Int, bytes: Int)
    /// The result is on disk, or not wanted: forget it.
    case acknowledged(AttemptName, TrialID, OfferOutcome)
    case cancel(AttemptName)
    /// Hand back what you have and leave.
    case drain
}

package struct Welcome: Hashable, Sendable {
    package let version: Int
    /// Grows with every start of a coordinator on the same state.
    package let epoch: UInt64
    package let session: UInt64
    package let heartbeat: Duration
    /// Executions named in the hello that the coordinator no longer waits for.
    package let cancelled: [AttemptName]

    package init(version: Int, epoch: UInt64, session: UInt64, heartbeat: Duration, cancelled: [AttemptName]) {
        self.version = version
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
    /// The trial was cancelled, or this coordinator has never heard of it.
    case unwanted
}

/// The version of the messages, which has nothing to do with the program's version.
package enum ProtocolVersion {
    package static let spoken = 1...1
}
