import Coordination

/// A coordinator, its disk, workers and the network between them, in virtual time and from one seed.
final class SimulatedCluster {
    enum Event {
        case submit(Int)
        case cancel(SweepID)
        case toCoordinator(SimulatedNetwork.ConnectionID, header: [UInt8], body: [UInt8])
        case toWorker(SimulatedNetwork.ConnectionID, header: [UInt8], body: [UInt8])
        case coordinatorWakes(life: Int)
        case unreachable(Coordinator.Peer, life: Int)
        case diskIsDone(life: Int)
        /// The disk's answer, which the coordinator may not live to see.
        case diskAnswers([Coordinator.Event], life: Int)
        case workerConnects(Int, life: Int)
        case workerIsDisconnected(Int, SimulatedNetwork.ConnectionID)
        case workerWakes(Int, life: Int)
        case trialEnds(Int, life: Int, AttemptName, [TrialID])
        case spoolIsDone(Int, life: Int, SpoolEntry)
        case unspoolIsDone(Int, life: Int, SpoolEntry.Key)
        case fault(SimulationPlan.Fault)
        case workerStarts(Int)
        case workerThaws(Int)
        case coordinatorStarts
        case partitionHeals(Int)
        case diskAccepts
        case diskIsFast
    }

    let plan: SimulationPlan
    var random: SplitMix64
    var now = Duration.zero
    var agenda = Agenda<Event>()
    var network = SimulatedNetwork()
    var store = SimulatedStore()
    var workers: [SimulatedWorker]
    var coordinator: Coordinator?
    var coordinatorLife = 0
    var coordinatorBornAt = Duration.zero
    /// Commits that the disk has not begun, and those that it is writing.
    var commits: [(number: Coordinator.CommitNumber, records: [Record])] = []
    var diskIsBusy = false
    var diskRefuses = false
    var diskIsSlow = false
    var partitioned: Set<Int> = []
    var submitted: Set<Int> = []

    private(set) var broken: [String] = []
    private(set) var steps = 0
    /// A number that stands for everything that happened.
    private(set) var trace: UInt64 = 0
    private var lastAssigned: [TaskID: Attempt] = [:]

    static let faultsEnd = Duration.seconds(600)
    static let deadline = faultsEnd + .seconds(1800)

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        let plan = SimulationPlan(&random)
        self.plan = plan
        workers = (0..<plan.workers).map { SimulatedWorker($0, credit: plan.credits[$0]) }
        agenda.add(.coordinatorStarts, at: .zero)
        for worker in workers.indices { agenda.add(.workerStarts(worker), at: draw(0, 5000)) }
        for sweep in plan.sweeps.indices { agenda.add(.submit(sweep), at: draw(0, 60_000)) }
        if let cancelled = plan.cancelled { agenda.add(.cancel(cancelled), at: draw(60_000, 200_000)) }
        for fault in SimulationPlan.Fault.allCases where plan.faults.contains(fault) && fault != .failures {
            agenda.add(.fault(fault), at: draw(1000, 120_000))
        }
    }

    func draw(_ shortest: Int, _ longest: Int) -> Duration {
        .milliseconds(Int.random(in: shortest...longest, using: &random))
    }

    /// Lets everything happen until all sweeps have ended, or something is wrong.
    func run() {
        while broken.isEmpty, let (time, event) = agenda.popFirst() {
            now = max(now, time)
            if now > Self.deadline {
                broken.append("11: not every sweep has ended half an hour after the last fault: \(openTasks)")
                return
            }
            steps += 1
            mix(UInt64(truncatingIfNeeded: now.components.attoseconds / 1_000) &+ UInt64(now.components.seconds) << 50)
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

    func mix(_ value: UInt64) {
        var mixer = SplitMix64(seed: trace ^ value)
        trace = mixer.next()
    }

    func violate(_ invariant: String) { broken.append(invariant) }

    // MARK: Looking from outside

    var coordinatorNow: Moment { Moment(sinceStart: now - coordinatorBornAt) }

    /// What must be true of a message at the moment at which the coordinator says it.
    func check(_ message: CoordinatorMessage, to worker: SimulatedWorker) {
        switch message {
        case .assign(let name, _, _):
            if store.attempts[name.task]?[name.attempt] != worker.id {
                violate("4: attempt \(name.attempt) of \(name.task.short) is assigned and not on disk")
            }
            if let last = lastAssigned[name.task], name.attempt <= last {
                violate("5: attempt \(name.attempt) of \(name.task.short) follows \(last)")
            }
            lastAssigned[name.task] = name.attempt
            let held = coordinator?.workerViews(at: coordinatorNow).first { $0.id == worker.id }?.tasks ?? 0
            if held > worker.credit { violate("6: \(worker.id.short) has \(held) of \(worker.credit) executions") }
        case .acknowledged(_, let trial, .stored), .acknowledged(_, let trial, .duplicate):
            if store.rows[trial] == nil { violate("2: \(trial.short) is acknowledged and not on disk") }
        case .acknowledged(let name, let trial, .unwanted):
            let sweep = plan.sweeps.first { $0.tasks.contains { $0.id == name.task } }?.id
            let isGivenUp = store.failedTasks.contains(name.task) || sweep.map(store.cancelledSweeps.contains) != false
            if store.rows[trial] == nil, !isGivenUp, plan.fates[trial] != .contradictory {
                violate("3: the result of \(trial.short) is thrown away")
            }
        default: break
        }
    }

    /// What must be true of what the coordinator makes of a worker's word.
    func check(_ report: Report) {
        switch report {
        case .attemptFailed(let name, _, _, _), .attemptHandedBack(let name, _), .attemptLost(let name, _):
            if let last = lastAssigned[name.task], name.attempt < last {
                violate("14: attempt \(name.attempt) of \(name.task.short) ends after \(last) was assigned")
            }
        default: break
        }
    }

    /// Whether what is on disk at the end is what was asked for.
    private func checkTheEnd() {
        guard broken.isEmpty else { return }
        for task in plan.sweeps.flatMap(\.tasks) where !store.cancelledSweeps.contains(task.sweep) {
            let missing = task.trials.filter { store.rows[$0] == nil }
            if !missing.isEmpty, !store.failedTasks.contains(task.id), !hasFailedUnrecorded(task.id) {
                violate("1: task \(task.id.short) has ended without \(missing.count) results")
            }
        }
    }

    /// A full disk may have refused to note a failure; then it is known to this coordinator only.
    private func hasFailedUnrecorded(_ task: TaskID) -> Bool {
        plan.faults.contains(.fullDisk) && coordinator?.why(task, at: coordinatorNow)?.state == "failed"
    }
}
