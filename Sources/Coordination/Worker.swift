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
        /// These are in the spool on disk.
        case spooled([SpoolEntry.Key])
        /// These are not, because the disk does not take them.
        case spoolRefused([SpoolEntry.Key], cause: String)
        /// The computation has come to its end.
        case ended(AttemptName)
        case failed(AttemptName, FailureKind, cause: String)
        case drainRequested
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
        /// The attempt is not wanted any more; nothing needs to be said about it.
        case stop(AttemptName)
        /// Close the connection and make another one; the shell waits in between, longer after each failure in a row.
        case reconnect(failures: Int)
        case wake(at: Moment)
        case report(WorkerReport)
        /// The end; nothing is held any more, or nobody takes it.
        case exit(Departure)
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
    /// By when a draining worker leaves, acknowledged or not.
    var drainDeadline: Moment?
    var hasLeft = false

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
    ///   - policy: Limits and time-outs.
    package init(_ identity: Hello, credit: Int, spooled: [SpoolEntry] = [], policy: Policy) {
        self.identity = identity
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
        case .spooled(let keys): settle(keys, as: .onDisk, &effects)
        case .spoolRefused(let keys, let cause): rest(keys, cause: cause, at: now, &effects)
        case .ended(let name): end(name, at: now, &effects)
        case .failed(let name, let kind, let cause): fail(name, kind, cause, &effects)
        case .drainRequested: drain(at: now, &effects)
        case .woke: lookAround(at: now, &effects)
        }
        offerResults(at: now, &effects)
        tellCredit(at: now, &effects)
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
