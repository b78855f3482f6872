import Coordination

/// What somebody who sees every wire, every disk and the true time knows, and neither side does: ours to check against.
struct Observer {
    /// Attempts of which the coordinator in this life knows that they began, and not that they ended.
    private(set) var open: [TaskID: Set<Attempt>] = [:]
    /// The largest attempt that was ever assigned.
    private(set) var lastAssigned: [TaskID: Attempt] = [:]
    /// The result that a trial got first.
    private(set) var firstRows: [TrialID: SimulatedStore.Row] = [:]
    /// When the coordinator was last told that a worker has an attempt, or told it so.
    private var named: [WorkerID: [AttemptName: Duration]] = [:]
    /// The most executions that a worker has asked this coordinator for.
    private var credits: [WorkerID: Int] = [:]
    /// The attempts that a worker itself has ended: failed or handed back.
    private var ended: Set<AttemptName> = []
    private var lastEpoch: UInt64 = 0
    private var greeted: Set<Coordinator.Peer> = []
    private var left: Set<WorkerID> = []
    /// Attempts that the coordinator has called copies.
    var copies: Set<AttemptName> = []
    /// Attempts whose workers were told to stop.
    var calledOff: Set<AttemptName> = []
    var cancelled: Set<SweepID> = []
    var revoked: Set<WorkerID> = []
    var paused: Set<SweepID> = []
    /// The processes, by their incarnations, that this coordinator was asked to send away.
    var leaving: [WorkerID: UInt64] = [:]
    /// By how much the wall clock is wrong; nothing that is right looks at it.
    var wallClockError = Duration.zero
    var eventsSinceLook = 0

    // MARK: What happens

    /// - Returns: What is wrong about it.
    mutating func coordinatorStarted(_ epoch: UInt64, _ store: SimulatedStore, at now: Duration) -> [String] {
        defer { lastEpoch = epoch }
        named = [:]
        credits = [:]
        open = [:]
        greeted = []
        leaving = [:]
        for (task, attempts) in store.attempts {
            for (number, attempt) in attempts where attempt.isOpen {
                open[task, default: []].insert(number)
                named[attempt.worker, default: [:]][AttemptName(task, number)] = now
            }
        }
        return epoch > lastEpoch ? [] : ["5: epoch \(epoch) follows epoch \(lastEpoch)"]
    }

    /// A worker says something, whether it is heard or not.
    mutating func said(_ message: WorkerMessage, _ worker: WorkerID) {
        switch message {
        case .failed(let name, _, _), .handedBack(let name): ended.insert(name)
        case .goodbye: left.insert(worker)
        case .hello, .heartbeat, .progress, .offer, .chunk, .checkpoint: break
        }
    }

    /// The coordinator hears of a worker's attempts; it listens to those only that have said hello.
    mutating func heard(_ message: WorkerMessage, from peer: Coordinator.Peer, of worker: WorkerID, at now: Duration) {
        if case .hello = message { greeted.insert(peer) }
        guard greeted.contains(peer) else { return }
        switch message {
        // What a hello does not name, the worker does not have.
        case .hello(let hello):
            if leaving[worker] != hello.incarnation { leaving[worker] = nil }
            named[worker] = Dictionary(hello.held.map { ($0, now) }, uniquingKeysWith: { first, _ in first })
        case .heartbeat(let credit, let held, _):
            credits[worker] = max(credit, credits[worker] ?? 0)
            for name in held { named[worker]?[name] = now }
        case .progress(let name, _, _, _), .checkpoint(let name, _): named[worker]?[name] = now
        case .offer(let offer): named[worker]?[offer.name] = now
        case .chunk, .failed, .handedBack, .goodbye: break
        }
    }

    mutating func closed(_ peer: Coordinator.Peer) { greeted.remove(peer) }

    mutating func assigned(_ name: AttemptName, to worker: WorkerID, at now: Duration) {
        named[worker, default: [:]][name] = now
        lastAssigned[name.task] = max(name.attempt, lastAssigned[name.task] ?? name.attempt)
    }

    mutating func began(_ name: AttemptName) { open[name.task, default: []].insert(name.attempt) }

    mutating func finished(_ name: AttemptName) { open[name.task]?.remove(name.attempt) }

    /// The disk has refused records, so what they would have begun never was.
    mutating func refused(_ records: [Record]) {
        for case .attemptStarted(let task, let attempt, _) in records { finished(AttemptName(task, attempt)) }
    }

    mutating func stored(_ row: SimulatedStore.Row, of trial: TrialID) { firstRows[trial] = firstRows[trial] ?? row }

    // MARK: What is known

    /// The most executions that a worker may have: it may ask for fewer while an assignment is on its way to the disk.
    func credit(of worker: WorkerID) -> Int { credits[worker] ?? 0 }

    /// Whether a worker has said hello to this coordinator before.
    func hasGreeted(_ worker: WorkerID) -> Bool { named[worker] != nil }

    /// Whether an attempt was ended by the worker that had it.
    func hasEnded(_ name: AttemptName, _ worker: WorkerID) -> Bool {
        ended.contains(name) || left.contains(worker) || revoked.contains(worker)
    }

    /// For how long nobody has told the coordinator that the worker has the attempt; nil where the worker said hello
    /// without it.
    func silence(about name: AttemptName, of worker: WorkerID, at now: Duration) -> Duration? {
        named[worker]?[name].map { now - $0 }
    }
}
