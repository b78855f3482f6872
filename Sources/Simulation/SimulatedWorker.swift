import Coordination

/// A worker's host: the process that may crash or freeze, its clock, and the computation that takes its time.
struct SimulatedWorker {
    let id: WorkerID
    let credit: Int
    let character: Character
    /// By how many thousandths its clock is fast.
    let drift: Int
    /// Counts the starts of the process; what was scheduled for an older one does not happen.
    private(set) var life = 0
    var machine: Worker?
    var connection: SimulatedNetwork.ConnectionID?
    /// While the process is stopped, what happens to it waits.
    var frozenUntil = Duration.zero
    private var bornAt = Duration.zero
    /// What is being computed, and in which run; a stopped attempt is gone from here.
    private(set) var computing: [AttemptName: Int] = [:]
    private var lastRun = 0
    /// What this process has finished and nobody has acknowledged to it: ours to check, not the worker's to see.
    var unacknowledged: Set<Finished> = []

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

    struct Finished: Hashable {
        let name: AttemptName
        let trial: TrialID
    }

    init(_ number: Int, _ plan: SimulationPlan) {
        id = WorkerID(numbered: UInt64(0xA0 + number))
        credit = plan.credits[number]
        character = plan.characters[number]
        drift = plan.drifts[number]
    }

    mutating func start(at now: Duration, _ plan: SimulationPlan) {
        life += 1
        bornAt = now
        let identity = Hello(
            worker: id, incarnation: UInt64(life), host: "host-\(id.short)", programVersion: "1.0.0", threads: 4,
            epoch: 0, held: [])
        machine = Worker(identity, credit: credit, policy: plan.policy)
    }

    mutating func crash() {
        machine = nil
        connection = nil
        computing = [:]
        unacknowledged = []
        frozenUntil = .zero
    }

    /// Begins to compute an attempt.
    mutating func begin(_ name: AttemptName) {
        lastRun += 1
        computing[name] = lastRun
    }

    mutating func stop(_ name: AttemptName) { computing[name] = nil }

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
        let kept = Set(machine.unacknowledged.map { Finished(name: $0.name, trial: $0.trial) })
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
