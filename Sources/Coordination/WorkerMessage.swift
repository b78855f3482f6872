/// What workers say to the coordinator.
package enum WorkerMessage: Hashable, Sendable {
    /// First on every connection.
    case hello(Hello)
    /// I live; this is all that I hold, and I take so many executions at a time. Where all of it stands still, I say why.
    case heartbeat(credit: Int, held: [AttemptName], standstill: String? = nil)
    /// How far an execution is, from 0 to 1, and the curve of a training that has ended an epoch; advisory.
    case progress(AttemptName, fraction: Double, note: String, curve: LearningCurve? = nil)
    /// A trial is finished; where its maps are too large for one message, they follow when they are wanted.
    case offer(Offer)
    /// A piece of an offered result's map values.
    case chunk(AttemptName, TrialID, offset: Int, bytes: [UInt8])
    case failed(AttemptName, FailureKind, cause: String)
    /// I stop this execution, and nobody is to blame.
    case handedBack(AttemptName)
    /// An execution has come so far, and the file that says how is with you by now; advisory.
    case checkpoint(AttemptName, TaskCheckpoint)
    /// I leave and hold nothing any more.
    case goodbye
}

/// How a worker introduces itself.
package struct Hello: Hashable, Sendable {
    /// The protocol versions that the worker speaks.
    package let versions: ClosedRange<Int>
    /// What the worker calls itself; where workers have to show keys, the shell puts its key in.
    package var worker: WorkerID
    /// Drawn at each start of the worker: a new one has forgotten what an older one held.
    package let incarnation: UInt64
    package let host: String
    package let programVersion: String
    package let threads: Int
    /// The largest epoch that the worker has seen.
    package let epoch: UInt64
    /// What the worker is computing, or still has results of.
    package let held: [AttemptName]
    /// What the worker has that tasks may need, what matters most first: some of the hashes of ``SweepTask/needs``.
    package let holds: [UInt64]
    /// Bytes that a task may take; 0 where the worker does not say.
    package let memory: Int
    /// The kind of CPU; empty where the worker does not say.
    package let processor: String

    /// The most that a hello may name of it.
    package static let holdsLimit = 64

    package init(
        versions: ClosedRange<Int> = ProtocolVersion.spoken, worker: WorkerID, incarnation: UInt64, host: String,
        programVersion: String, threads: Int, epoch: UInt64, held: [AttemptName], holds: [UInt64] = [],
        memory: Int = 0, processor: String = ""
    ) {
        self.versions = versions
        self.worker = worker
        self.incarnation = incarnation
        self.host = host
        self.programVersion = programVersion
        self.threads = threads
        self.epoch = epoch
        self.held = held
        self.holds = Array(holds.prefix(Self.holdsLimit))
        self.memory = memory
        self.processor = processor
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
