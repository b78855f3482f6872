import Coordination

/// A disk: what is on it outlives the coordinator, what is on its way does not.
struct SimulatedStore {
    struct Row: Equatable {
        let name: AttemptName
        let figure: Double?
    }

    struct StoredAttempt {
        let worker: WorkerID
        var isOpen = true
    }

    private(set) var rows: [TrialID: Row] = [:]
    /// The executions that found something else than the row of the trial.
    private(set) var divergences: [TrialID: Set<AttemptName>] = [:]
    private(set) var attempts: [TaskID: [Attempt: StoredAttempt]] = [:]
    private(set) var failedTasks: Set<TaskID> = []
    private(set) var epoch: UInt64 = 0
    private(set) var cancelledSweeps: Set<SweepID> = []

    /// Why a result is left out.
    static let contradiction = "it contradicts itself"

    mutating func raiseEpoch() -> UInt64 {
        epoch += 1
        return epoch
    }

    mutating func cancel(_ sweep: SweepID) { cancelledSweeps.insert(sweep) }

    /// Makes a commit durable.
    ///
    /// - Returns: The trials whose results were left out.
    mutating func apply(
        _ records: [Record], _ plan: SimulationPlan, replacesRows: Bool = false
    ) -> [TrialID] {
        var refused: [TrialID] = []
        for record in records {
            switch record {
            case .attemptStarted(let task, let attempt, let worker):
                attempts[task, default: [:]][attempt] = StoredAttempt(worker: worker)
            case .attemptEnded(let task, let attempt, _): attempts[task]?[attempt]?.isOpen = false
            case .result(let trial, let task, let attempt, _, let result):
                if plan.fates[trial] == .contradictory {
                    refused.append(trial)
                    continue
                }
                let row = Row(name: AttemptName(task, attempt), figure: result.metrics.first?.value)
                if let first = rows[trial], first != row { divergences[trial, default: []].insert(row.name) }
                if rows[trial] == nil || replacesRows { rows[trial] = row }
            case .taskFailed(let task, _): failedTasks.insert(task)
            case .joined: break
            }
        }
        return refused
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
                executions: stored.map { Execution($0.key, worker: $0.value.worker, isOpen: $0.value.isOpen) },
                affinity: task.affinity)
        }
    }
}
