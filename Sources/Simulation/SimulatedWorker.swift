import Coordination

/// A worker's host: the process that may crash or freeze, its clock, and the computation that takes its time.
struct SimulatedWorker {
    let id: WorkerID
    let credit: Int
    /// Bytes that a task may take; 0 for as many as there are.
    let memory: Int
    let character: Character
    /// By how many thousandths its clock is fast.
    let drift: Int
    /// Counts the starts of the process; what was scheduled for an older one does not happen.
    private(set) var life = 0
    var machine: Worker?
    var connection: SimulatedNetwork.ConnectionID? {
        didSet { isWelcome = false }
    }
    /// Whether the coordinator has said welcome on this connection; before that its word counts for nothing.
    var isWelcome = false
    /// While the process is stopped, what happens to it waits.
    var frozenUntil = Duration.zero
    private var bornAt = Duration.zero
    /// Until when the owner of the machine is at it.
    var ownerStaysUntil = Duration.zero
    /// While it is, what is computed stands still.
    var isSuspended = false
    /// What is being computed, and in which run; a stopped attempt is gone from here.
    private(set) var computing: (name: AttemptName, run: Int)?
    private var lastRun = 0
    /// What is computed after it.
    private var waiting: [(name: AttemptName, trials: [TrialID])] = []
    /// What is on the worker's disk, in the order in which it came there; it outlives crashes.
    private(set) var spool: [SpoolEntry] = []
    /// What is on its way to the disk.
    private var underWay: [SpoolEntry.Key: SpoolEntry] = [:]
    /// What the disk has refused.
    private var refused: Set<SpoolEntry.Key> = []
    /// What this process or its disk has and nobody has acknowledged to it: ours to check, not the worker's to see.
    var unacknowledged: Set<SpoolEntry.Key> = []

    /// What kind of host it is.
    enum Character {
        case sound
        /// Takes eight times as long.
        case slow
        /// Fails everything at once: a broken driver, a missing disk.
        case broken
        /// Says things of attempts that were never its own.
        case lying
    }

    init(_ number: Int, _ plan: SimulationPlan) {
        id = WorkerID(numbered: UInt64(0xA0 + number))
        credit = plan.credits[number]
        memory = plan.memory(ofWorker: number)
        character = plan.characters[number]
        drift = plan.drifts[number]
    }

    mutating func start(at now: Duration, _ plan: SimulationPlan) {
        life += 1
        bornAt = now
        let identity = Hello(
            worker: id, incarnation: UInt64(life), host: "host-\(id.short)", programVersion: "1.0.0", threads: 4,
            epoch: 0, held: [], memory: memory)
        machine = Worker(identity, credit: credit, spooled: spool, rules: plan.rules, policy: plan.policy)
        isSuspended = false
        // An acknowledged result whose removal did not reach the disk is offered once more.
        unacknowledged = Set(spool.map(\.key))
    }

    mutating func beginWriting(_ entry: SpoolEntry) { underWay[entry.key] = entry }

    mutating func write(_ entry: SpoolEntry) {
        underWay[entry.key] = nil
        if !spool.contains(where: { $0.key == entry.key }) { spool.append(entry) }
    }

    mutating func refuse(_ entry: SpoolEntry) {
        underWay[entry.key] = nil
        refused.insert(entry.key)
    }

    mutating func remove(_ key: SpoolEntry.Key) {
        spool.removeAll { $0.key == key }
    }

    /// The disk loses everything.
    mutating func wipe() { spool = [] }

    /// Whether a result is on the disk, or the disk has refused it.
    func mayOffer(_ key: SpoolEntry.Key) -> Bool {
        refused.contains(key) || spool.contains { $0.key == key }
    }

    /// A process that ends by itself waits for its disk.
    ///
    /// - Returns: How many results are gone with it, though they are neither acknowledged nor refused by the disk.
    mutating func finishWriting() -> Int {
        for entry in underWay.values.sorted(by: { $0.key.trial < $1.key.trial }) { write(entry) }
        return unacknowledged.subtracting(spool.map(\.key)).subtracting(refused).count
    }

    mutating func crash() {
        machine = nil
        connection = nil
        computing = nil
        waiting = []
        refused = []
        underWay = [:]
        unacknowledged = []
        frozenUntil = .zero
    }

    mutating func enqueue(_ name: AttemptName, _ trials: [TrialID]) { waiting.append((name, trials)) }

    /// Begins to compute what waits first, if nothing is computed.
    mutating func beginNext() -> (name: AttemptName, trials: [TrialID])? {
        guard computing == nil, !waiting.isEmpty else { return nil }
        lastRun += 1
        let next = waiting.removeFirst()
        computing = (next.name, lastRun)
        return next
    }

    mutating func stop(_ name: AttemptName) {
        if computing?.name == name { computing = nil }
        waiting.removeAll { $0.name == name }
    }

    /// What the process's clock shows.
    func clock(at now: Duration) -> Moment { Moment(sinceStart: (now - bornAt) * (1000 + drift) / 1000) }

    /// When the process's clock shows this, or a little later, so that nobody is woken too early.
    func time(of moment: Moment) -> Duration {
        bornAt + moment.sinceStart * 1000 / (1000 + drift) + .microseconds(1)
    }

    /// What is wrong with what the worker keeps.
    var brokenInvariants: [String] {
        guard let machine else { return [] }
        // A repeated assignment has results computed, and kept, once more.
        let kept = Set(machine.unacknowledged)
        guard kept != unacknowledged else { return [] }
        return ["3: worker \(id.short) keeps \(kept.count) results, \(unacknowledged.count) are unacknowledged"]
    }
}

extension Identifier {
    /// An identifier whose first eight digits spell the number, so that it is read easily in a trace.
    init(numbered number: UInt64) {
        self.init(high: number << 32, low: number)
    }
}
