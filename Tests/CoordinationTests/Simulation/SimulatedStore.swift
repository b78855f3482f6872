import Coordination

/// A disk: what is on it outlives the coordinator, what is on its way does not.
struct SimulatedStore {
    private(set) var rows: [TrialID: (result: TrialResult, name: AttemptName)] = [:]
    private(set) var attempts: [TaskID: [Attempt: WorkerID]] = [:]
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
    mutating func apply(_ records: [Record], _ plan: SimulationPlan) -> [TrialID] {
        var refused: [TrialID] = []
        for record in records {
            switch record {
            case .attemptStarted(let task, let attempt, let worker): attempts[task, default: [:]][attempt] = worker
            case .result(let trial, let task, let attempt, _, let result):
                if plan.fates[trial] == .contradictory {
                    refused.append(trial)
                } else if rows[trial] == nil {
                    rows[trial] = (result, AttemptName(task, attempt))
                }
            case .taskFailed(let task, _): failedTasks.insert(task)
            case .attemptEnded, .joined: break
            }
        }
        return refused
    }

    /// What a coordinator that starts on this disk is given to do.
    func openTasks(of sweep: (id: SweepID, tasks: [SweepTask])) -> [SweepTask] {
        guard !cancelledSweeps.contains(sweep.id) else { return [] }
        return sweep.tasks.compactMap { task in
            let missing = task.trials.filter { rows[$0] == nil }
            guard !missing.isEmpty, !failedTasks.contains(task.id) else { return nil }
            let largest = attempts[task.id]?.keys.max()
            return SweepTask(
                id: task.id, sweep: task.sweep, body: task.body, trials: missing, nextAttempt: largest?.next ?? .first)
        }
    }
}
