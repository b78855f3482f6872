import Coordination

/// A coordinator, its disk, workers and the network between them, in virtual time and from one seed.
final class SimulatedCluster {
    enum Event {
        case submit(Int)
        case cancel(SweepID)
        indirect case toCoordinator(SimulatedNetwork.ConnectionID, WorkerMessage)
        indirect case toWorker(SimulatedNetwork.ConnectionID, CoordinatorMessage)
        case coordinatorWakes(life: Int)
        case unreachable(Coordinator.Peer, life: Int)
        case diskIsDone(life: Int)
        /// The disk's answer, which the coordinator may not live to see.
        case diskAnswers([Coordinator.Event], life: Int)
        /// What the disk has said it had done, it does now.
        case diskSyncs([Record], life: Int)
        case workerConnects(Int, life: Int)
        case workerIsDisconnected(Int, SimulatedNetwork.ConnectionID)
        case workerWakes(Int, life: Int)
        case workerLooks(Int, life: Int)
        indirect case trialEnds(Int, run: Int, AttemptName, [TrialID])
        indirect case spoolIsDone(Int, life: Int, SpoolEntry)
        indirect case unspoolIsDone(Int, life: Int, SpoolEntry.Key)
        case checkpointIsKept(TaskID, TaskCheckpoint, life: Int)
        case uploadIsDone(Int, life: Int, BlobName)
        case fault(SimulationPlan.Fault)
        case workerStarts(Int)
        case coordinatorStarts
        case resume(SweepID)
        case partitionHeals(Int)
        case diskAccepts
        case diskIsFast
    }

    let plan: SimulationPlan
    /// The mistake that is made on purpose, or none.
    let bug: PlantedBug?
    let policy: Policy
    var random: SplitMix64
    var now = Duration.zero
    var agenda = Agenda<Event>()
    var network = SimulatedNetwork()
    var store = SimulatedStore()
    var workers: [SimulatedWorker]
    var coordinator: Coordinator?
    var coordinatorLife = 0
    var coordinatorBornAt = Duration.zero
    /// Commits that the disk has not begun.
    var commits: [(number: Coordinator.CommitNumber, records: [Record])] = []
    var diskIsBusy = false
    var diskRefuses = false
    var diskIsSlow = false
    var partitioned: Set<Int> = []
    var submitted: Set<Int> = []
    var observer = Observer()
    /// Where the next piece of an upload belongs, for the bug that ignores it.
    var wantedOffsets: [Coordinator.Peer: Int] = [:]
    /// Takes a line for everything that happens, where somebody wants to read it.
    let log: ((String) -> Void)?

    private(set) var broken: [String] = []
    private(set) var steps = 0
    /// A number that stands for everything that happened.
    private(set) var trace: UInt64 = 0

    static let faultsEnd = Duration.seconds(600)
    /// By when every sweep must have ended: a while after the last fault, and the time that one worker takes for all.
    private let deadline: Duration

    init(seed: UInt64, bug: PlantedBug? = nil, log: ((String) -> Void)? = nil) {
        self.log = log
        self.bug = bug
        random = SplitMix64(seed: seed)
        let plan = SimulationPlan(&random)
        self.plan = plan
        policy = Self.spoiled(plan.policy, by: bug)
        let trials = plan.sweeps.reduce(0) { $0 + $1.tasks.reduce(0) { $0 + $1.trials.count } }
        deadline = Self.faultsEnd + .seconds(1800 + trials * 30)
        workers = plan.credits.indices.map { SimulatedWorker($0, plan) }
        if plan.faults.contains(.loss) { network.loss = 5 }
        if plan.faults.contains(.repetition) { network.repetition = 5 }
        if plan.faults.contains(.overtaking) { network.overtaking = 5 }
        agenda.add(.coordinatorStarts, at: .zero)
        for worker in workers.indices { agenda.add(.workerStarts(worker), at: draw(0, 5000)) }
        for sweep in plan.sweeps.indices { agenda.add(.submit(sweep), at: draw(0, 60_000)) }
        if let cancelled = plan.cancelled { agenda.add(.cancel(cancelled), at: draw(60_000, 200_000)) }
        for fault in SimulationPlan.Fault.allCases where plan.faults.contains(fault) && fault.strikes {
            agenda.add(.fault(fault), at: draw(1000, 120_000))
        }
    }

    /// So many milliseconds, or a few more.
    func draw(_ shortest: Int, _ longest: Int) -> Duration {
        .milliseconds(random.number(in: shortest...longest))
    }

    /// Lets everything happen until all sweeps have ended, or something is wrong.
    func run() {
        while broken.isEmpty, let (time, event) = agenda.popFirst() {
            now = max(now, time)
            if now > deadline {
                violate("11: not every sweep has ended long after the last fault: \(openTasks)")
                return
            }
            steps += 1
            if now > Self.faultsEnd { network.calmDown() }
            mix(UInt64(truncatingIfNeeded: now.attoseconds / 1_000_000_000))
            if let log { note(event, log) }
            happen(event)
            if isOver { break }
        }
        checkTheEnd()
    }

    private var isOver: Bool {
        submitted.count == plan.sweeps.count && commits.isEmpty && !diskIsBusy && coordinator?.isIdle == true
    }

    private var openTasks: [Explanation] {
        plan.sweeps.flatMap(\.tasks).compactMap { task in
            coordinator?.why(task.id, at: coordinatorNow).flatMap {
                ["done", "cancelled", "failed"].contains($0.state) ? nil : $0
            }
        }
    }

    private func note(_ event: Event, _ log: (String) -> Void) {
        if case .workerWakes = event { return }
        if case .workerLooks = event { return }
        if case .coordinatorWakes = event { return }
        log("\(now) \(event)")
    }

    func mix(_ value: UInt64) { trace = SplitMix64.mix(trace ^ value) }

    func violate(_ invariant: String) {
        broken.append(invariant)
        log?("\(now) broken: \(invariant)")
    }

    var coordinatorNow: Moment {
        let wrong = bug == .leaseOnWallClock ? observer.wallClockError : .zero
        return Moment(sinceStart: now - coordinatorBornAt + wrong)
    }
}

extension SimulationPlan.Fault {
    /// Whether it happens at moments, and is not a property of the whole run.
    fileprivate var strikes: Bool {
        switch self {
        case .failures, .loss, .repetition, .overtaking, .strangers: false
        case .brokenConnections, .partitions, .workerCrashes, .departures, .freezes, .coordinatorCrashes, .slowDisk,
            .fullDisk, .clockJumps, .revocations, .pauses, .orders, .owners:
            true
        }
    }
}
