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
        case progressed(AttemptName, fraction: Double, note: String)
        case finished(AttemptName, TrialID, TrialResult)
        /// The computation has come to its end.
        case ended(AttemptName)
        case failed(AttemptName, FailureKind, cause: String)
        case drainRequested
        /// The moment asked for by the last `wake` has come.
        case woke
    }

    package enum Effect: Hashable, Sendable {
        case send(WorkerMessage)
        case start(AttemptName, body: [UInt8], trials: [TrialID])
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
    let credit: Int
    var session: Session?
    var epoch: UInt64 = 0
    var held: [HeldAttempt] = []
    var outbox: [PendingResult] = []
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

    /// An attempt that this worker computes, or whose results wait for their acknowledgement.
    struct HeldAttempt: Hashable, Sendable {
        let name: AttemptName
        var unfinished: Set<TrialID>
        var isComputing = true
    }

    /// A finished result that is not acknowledged.
    struct PendingResult: Hashable, Sendable {
        let name: AttemptName
        let trial: TrialID
        let result: TrialResult
        /// When it was last offered, or asked for.
        var offered: Moment?
    }

    package init(_ identity: Hello, credit: Int, policy: Policy) {
        self.identity = identity
        self.credit = credit
        self.policy = policy
    }

    /// Takes one event and says what has to be done about it.
    package mutating func handle(_ event: Event, at now: Moment) -> [Effect] {
        guard !hasLeft else { return [] }
        var effects: [Effect] = []
        switch event {
        case .connected: greet(at: now, &effects)
        case .disconnected: reconnect(&effects)
        case .received(let message): receive(message, at: now, &effects)
        case .progressed(let name, let fraction, let note):
            if isWelcome { effects.append(.send(.progress(name, fraction: fraction, note: note))) }
        case .finished(let name, let trial, let result): keep(result, of: trial, name)
        case .ended(let name): end(name, &effects)
        case .failed(let name, let kind, let cause): fail(name, kind, cause, &effects)
        case .drainRequested: drain(at: now, &effects)
        case .woke: lookAround(at: now, &effects)
        }
        offerResults(at: now, &effects)
        leaveIfDone(at: now, &effects)
        askToWake(at: now, &effects)
        return effects
    }

    /// The finished results that no coordinator has acknowledged.
    package var unacknowledged: [(name: AttemptName, trial: TrialID)] { outbox.map { ($0.name, $0.trial) } }

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
