import Coordination

/// A disk: what is on it outlives the coordinator, what is on its way does not.
struct SimulatedStore {
    struct Row: Equatable {
        let name: AttemptName
        let figure: Double?
        let artifact: TrialArtifact?
    }

    struct StoredAttempt {
        let worker: WorkerID
        var isOpen = true
        var failure: FailureKind?
    }

    private(set) var rows: [TrialID: Row] = [:]
    /// The executions that found something else than the row of the trial.
    private(set) var divergences: [TrialID: Set<AttemptName>] = [:]
    private(set) var attempts: [TaskID: [Attempt: StoredAttempt]] = [:]
    private(set) var failedTasks: Set<TaskID> = []
    private(set) var epoch: UInt64 = 0
    /// How far tasks have come, and all that was ever kept of them.
    private(set) var checkpoints: [TaskID: [TaskCheckpoint]] = [:]
    /// The files that have arrived; not all of them outlive a coordinator.
    var files: Set<BlobName> = []
    private(set) var cancelledSweeps: Set<SweepID> = []
    private(set) var pausedSweeps: Set<SweepID> = []

    /// Why a result is left out.
    static let contradiction = "it contradicts itself"

    mutating func raiseEpoch() -> UInt64 {
        epoch += 1
        return epoch
    }

    mutating func keep(_ checkpoint: TaskCheckpoint, of task: TaskID) {
        checkpoints[task, default: []].append(checkpoint)
    }

    mutating func dropCheckpoint(of task: TaskID) { checkpoints[task] = nil }

    mutating func cancel(_ sweep: SweepID) { cancelledSweeps.insert(sweep) }

    mutating func pause(_ sweep: SweepID) { pausedSweeps.insert(sweep) }

    mutating func resume(_ sweep: SweepID) { pausedSweeps.remove(sweep) }

    /// Makes a commit durable.
    ///
    /// - Returns: What the coordinator is told of the results that were left out.
    mutating func apply(
        _ records: [Record], _ plan: SimulationPlan, replacesRows: Bool = false, trustsStrays: Bool = false
    ) -> [Coordinator.Event] {
        var leftOut: [Coordinator.Event] = []
        for record in records {
            switch record {
            case .attemptStarted(let task, let attempt, let worker):
                attempts[task, default: [:]][attempt] = StoredAttempt(worker: worker)
            case .attemptEnded(let task, let attempt, let end):
                guard attempts[task]?[attempt]?.isOpen == true else { continue }
                attempts[task]?[attempt]?.isOpen = false
                attempts[task]?[attempt]?.failure = end.failure
            case .excused(let task, let worker):
                for (attempt, stored) in attempts[task] ?? [:] where stored.worker == worker {
                    attempts[task]?[attempt]?.failure = nil
                }
            case .result(let trial, let task, let attempt, _, let result):
                if plan.fates[trial] == .contradictory {
                    leftOut.append(.rejected(trial, cause: Self.contradiction))
                    continue
                }
                add(result, of: trial, AttemptName(task, attempt), replacesRows: replacesRows)
            case .stray(let trial, let task, let attempt, let worker, let result):
                let name = AttemptName(task, attempt)
                if !trustsStrays, let outcome = reason(toLeaveOut: trial, name, worker, plan) {
                    leftOut.append(.strayed(trial, name, worker: worker, outcome))
                    continue
                }
                add(result, of: trial, name, replacesRows: replacesRows)
            case .taskFailed(let task, _): failedTasks.insert(task)
            case .joined: break
            }
        }
        return leftOut
    }

    private mutating func add(_ result: TrialResult, of trial: TrialID, _ name: AttemptName, replacesRows: Bool) {
        let row = Row(name: name, figure: result.metrics.first?.value, artifact: result.artifact)
        if let first = rows[trial], first != row { divergences[trial, default: []].insert(name) }
        if rows[trial] == nil || replacesRows { rows[trial] = row }
    }

    private func reason(
        toLeaveOut trial: TrialID, _ name: AttemptName, _ worker: WorkerID, _ plan: SimulationPlan
    ) -> OfferOutcome? {
        let task = plan.sweeps.lazy.flatMap(\.tasks).first { $0.id == name.task }
        guard let task, task.trials.contains(trial), attempts[name.task]?[name.attempt]?.worker == worker else {
            return .unknown
        }
        guard rows[trial] == nil else { return nil }
        return cancelledSweeps.contains(task.sweep) || plan.fates[trial] == .contradictory ? .unwanted : nil
    }

    /// What a coordinator that starts on this disk is given to do.
    func openTasks(of sweep: SimulatedSweep) -> [SweepTask] {
        guard !cancelledSweeps.contains(sweep.id) else { return [] }
        return sweep.tasks.compactMap { task in
            let missing = task.trials.filter { rows[$0] == nil }
            guard !missing.isEmpty, !failedTasks.contains(task.id) else { return nil }
            let stored = (attempts[task.id] ?? [:]).sorted { $0.key < $1.key }
            return SweepTask(
                id: task.id, sweep: task.sweep, body: task.body, trials: missing,
                nextAttempt: stored.last?.key.next ?? .first,
                executions: stored.map {
                    Execution($0.key, worker: $0.value.worker, isOpen: $0.value.isOpen, failure: $0.value.failure)
                },
                needs: task.needs, requires: task.requires, artifacts: artifacts(of: task.requires)
            ).taking(memory: task.memory)
        }
    }

    /// What these trials have made, as far as they have rows.
    func artifacts(of trials: [TrialID]) -> [TrialID: TrialArtifact] {
        trials.reduce(into: [:]) { artifacts, trial in artifacts[trial] = rows[trial]?.artifact }
    }
}
