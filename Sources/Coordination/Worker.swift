/// The worker's side: keeps one session with the coordinator, and every finished result until it is acknowledged.
///
/// A value like ``Coordinator``: events and the time go in, effects come out. The computation itself is the shell's.
package struct Worker: Sendable {
    package enum Event: Hashable, Sendable {
        /// There is a new connection; nothing was sent on it yet.
        case connected
        case disconnected
        case received(CoordinatorMessage)
        /// How far the computation of an attempt is.
        case progressed(AttemptName, fraction: Double, note: String, curve: LearningCurve? = nil)
        case finished(AttemptName, TrialID, TrialResult)
        /// The computation of an attempt has come so far, and the file that says how is in this worker's keeping.
        case checkpointed(AttemptName, TaskCheckpoint)
        /// A file is with the coordinator, checked and on its disk.
        case uploaded(BlobName)
        /// A file cannot be had any more, so that what it belongs to is worth nothing.
        case fileLost(BlobName, cause: String)
        /// These are in the spool on disk.
        case spooled([SpoolEntry.Key])
        /// These are not, because the disk does not take them.
        case spoolRefused([SpoolEntry.Key], cause: String)
        /// The computation has come to its end.
        case ended(AttemptName)
        case failed(AttemptName, FailureKind, cause: String)
        case drainRequested
        /// What the host looks like, where its owner has rules.
        case observed(HostObservation)
        /// The moment asked for by the last `wake` has come.
        case woke
    }

    package enum Effect: Hashable, Sendable {
        case send(WorkerMessage)
        /// Write this to the spool; answer with `spooled` or `spoolRefused`.
        case spool(SpoolEntry)
        /// Take this out of the spool: it is acknowledged.
        case unspool(SpoolEntry.Key)
        case start(AttemptName, body: [UInt8], trials: [TrialID], TaskInputs = .none)
        /// Send a file that is in this worker's keeping to the coordinator; answer with `uploaded` or `fileLost`.
        case upload(TrialArtifact, FileUse)
        /// A file belongs to no result any more.
        case forgetFile(BlobName)
        /// The attempt is not wanted any more; nothing needs to be said about it.
        case stop(AttemptName)
        /// Leave the processors to others at once; what is in memory stays there.
        case suspend
        /// Go on computing.
        case resume
        /// Give the memory back too; nothing that is computed is wanted any more.
        case dismiss
        /// Close the connection and make another one; the shell waits in between, longer after each failure in a row.
        case reconnect(failures: Int)
        case wake(at: Moment)
        case report(WorkerReport)
        /// The end; nothing is held any more, or nobody takes it.
        case exit(Departure)
    }

    /// What a file is that is sent to the coordinator.
    package enum FileUse: Hashable, Sendable {
        /// It stays in the worker's keeping until it is forgotten.
        case result
        /// It does not, once it is sent, or cannot be. There is one at a time of an execution.
        case checkpoint
    }

    package enum Departure: Hashable, Sendable {
        case drained
        case refused(reason: String)
    }

    /// Who this worker is; what is held is filled in at each hello.
    let identity: Hello
    let policy: Policy
    /// How many executions are taken at a time.
    var ahead: WorkAhead
    var session: Session?
    /// The coordinator's results, once it has said whose they are.
    var cluster: ClusterID?
    var epoch: UInt64 = 0
    var held = HeldAttempts()
    /// What this host has that tasks may need, as far as is known here; what was used last comes first.
    var holds: [UInt64]
    /// Results for this cluster that are not acknowledged.
    var outbox = Outbox()
    /// How far executions have come.
    var checkpoints: [AttemptName: Checkpoints] = [:]
    /// Results for other clusters, kept until their coordinator is met again, and those that this one does not know.
    var shelf: Outbox
    /// The size of all results that are kept.
    var spoolSize = 0
    /// Results that an earlier process has left behind and that are not acknowledged; they go before new work.
    var inherited: Set<SpoolEntry.Key>
    /// Whether the last thing heard of the spool's disk is that it takes nothing.
    var spoolRefuses = false
    /// When refused results are tried again.
    var spoolRestsUntil: Moment?
    var isSpoolFull = false
    /// What the coordinator was told last.
    var toldCredit = 0
    var failedConnections = 0
    var lastHeard = Moment.start
    var nextHeartbeat = Moment.start
    var nextWake: Moment?
    /// Since when there has been nothing to compute and nothing to hand in.
    var withoutWorkSince: Moment?
    /// Whether it was told to take nothing more, to finish what it has, and to leave.
    var isFinishing = false
    /// When the machine's owner lets it work; nil where always.
    var idle: IdlePolicy?
    /// Whether what is held was to be handed back when there was no session.
    var owesTasks = false
    /// By when a draining worker leaves, acknowledged or not.
    var drainDeadline: Moment?
    var hasLeft = false

    /// The checkpoints of an execution: what comes faster than it can be sent is left out.
    struct Checkpoints: Hashable, Sendable {
        /// The newest one that the coordinator has the file of.
        var uploaded: TaskCheckpoint?
        /// The one that is being sent.
        var underWay: TaskCheckpoint?
        /// The newest one, where another one is being sent.
        var waiting: TaskCheckpoint?
    }

    /// How far the two sides know each other.
    enum Session: Hashable, Sendable {
        /// Hello is said. Can become welcomed, or none.
        case greeting
        case welcomed(heartbeat: Duration)
    }

    /// - Parameters:
    ///   - identity: Who this worker is.
    ///   - credit: How many executions are taken at a time; more where they are short.
    ///   - spooled: What an earlier process has left in the spool.
    ///   - rules: What the machine's owner lets others have of it; nil for everything, always.
    ///   - policy: Limits and time-outs.
    package init(
        _ identity: Hello, credit: Int, spooled: [SpoolEntry] = [], rules: OwnerRules? = nil, policy: Policy
    ) {
        self.identity = identity
        idle = rules.map { IdlePolicy($0) }
        holds = identity.holds
        self.policy = policy
        ahead = WorkAhead(least: credit)
        shelf = Outbox(spooled.map { Outbox.Result(entry: $0, place: .onDisk) })
        inherited = Set(spooled.map(\.key))
        spoolSize = spooled.reduce(0) { $0 + $1.size }
    }

    /// Takes one event and says what has to be done about it.
    package mutating func handle(_ event: Event, at now: Moment) -> [Effect] {
        guard !hasLeft else { return [] }
        var effects: [Effect] = []
        switch event {
        case .connected: greet(at: now, &effects)
        case .disconnected: reconnect(&effects)
        case .received(let message): receive(message, at: now, &effects)
        case .progressed(let name, let fraction, let note, let curve):
            if isWelcome { effects.append(.send(.progress(name, fraction: fraction, note: note, curve: curve))) }
        case .finished(let name, let trial, let result): keep(result, of: trial, name, &effects)
        case .checkpointed(let name, let checkpoint): keep(checkpoint, of: name, &effects)
        case .uploaded(let file): complete(file, &effects)
        case .fileLost(let file, let cause): giveUp(file, cause: cause, &effects)
        case .spooled(let keys): settle(keys, as: .onDisk, &effects)
        case .spoolRefused(let keys, let cause): rest(keys, cause: cause, at: now, &effects)
        case .ended(let name): end(name, at: now, &effects)
        case .failed(let name, let kind, let cause): fail(name, kind, cause, &effects)
        case .drainRequested: drain(at: now, &effects)
        case .observed(let seen): observe(seen, at: now, &effects)
        case .woke: lookAround(at: now, &effects)
        }
        offerResults(at: now, &effects)
        tellCredit(at: now, &effects)
        leaveIfUnneeded(at: now, &effects)
        drainIfFinished(at: now, &effects)
        leaveIfDone(at: now, &effects)
        askToWake(at: now, &effects)
        return effects
    }

    /// The finished results that no coordinator has acknowledged.
    package var unacknowledged: [SpoolEntry.Key] { (outbox.all + shelf.all).map(\.entry.key) }

    var isWelcome: Bool {
        if case .welcomed = session { true } else { false }
    }

    private mutating func askToWake(at now: Moment, _ effects: inout [Effect]) {
        guard !hasLeft else { return }
        if let nextWake, nextWake > now { return }
        let moment = now.advanced(by: policy.tick)
        nextWake = moment
        effects.append(.wake(at: moment))
    }
}
