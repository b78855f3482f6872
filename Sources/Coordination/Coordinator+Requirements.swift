/// Tasks that need what trials of other tasks have made: an encoder that a training has trained.
///
/// Such a task is blocked, and stands in no queue, until all that it needs is on disk. What makes that needs nothing itself,
/// so nobody waits in a circle.
extension Coordinator {
    /// Lets a task wait for what is not there yet.
    ///
    /// - Returns: Whether it has to.
    mutating func block(_ id: TaskID) -> Bool {
        guard let task = tasks[id]?.task, !task.requires.isEmpty else { return false }
        artifacts.merge(task.artifacts) { known, _ in known }
        let unmet = task.requires.filter { artifacts[$0] == nil }
        guard !unmet.isEmpty else { return false }
        tasks[id]?.state = .blocked(by: unmet)
        for trial in unmet { dependents[trial, default: []].append(id) }
        return true
    }

    /// A trial is on disk with what it has made: whoever waits for nothing else is queued.
    mutating func unblock(by trial: TrialID, _ artifact: TrialArtifact?, _ effects: inout [Effect]) {
        guard let artifact else {
            giveUpDependents(of: trial, cause: "whose result came without what others need of it", &effects)
            return
        }
        artifacts[trial] = artifact
        for id in dependents.removeValue(forKey: trial) ?? [] {
            guard let entry = tasks[id], case .blocked(var unmet) = entry.state else { continue }
            unmet.removeAll { $0 == trial }
            tasks[id]?.state = unmet.isEmpty ? .waiting : .blocked(by: unmet)
            if unmet.isEmpty { queue.append(id, of: entry.task.sweep, memory: entry.task.memory) }
        }
    }

    /// Gives up what waits for trials that nobody computes: their tasks had ended when it was submitted.
    mutating func giveUpOrphans(among submitted: [SweepTask], _ effects: inout [Effect]) {
        for task in submitted where !task.requires.isEmpty {
            guard case .blocked(let unmet) = tasks[task.id]?.state else { continue }
            for trial in unmet where missingTrials[trial] == nil {
                giveUpDependents(
                    of: trial,
                    cause:
                        "which no task computes any more — posweep why \(trial.short) says why, posweep retry tries again",
                    &effects)
            }
        }
    }

    /// A task has ended without these results; what waits for one of them that no other task computes ends too.
    mutating func giveUpDependents(of ended: TaskEntry, cause: String, _ effects: inout [Effect]) {
        guard !dependents.isEmpty else { return }
        for trial in ended.missing where missingTrials[trial] == nil {
            giveUpDependents(of: trial, cause: cause, &effects)
        }
    }

    private mutating func giveUpDependents(of trial: TrialID, cause: String, _ effects: inout [Effect]) {
        // The first line says what it was; the rest is the end of a log, and stands with the trial itself.
        let line = cause.prefix { $0 != "\n" }
        for id in dependents.removeValue(forKey: trial) ?? [] {
            guard case .blocked(let unmet) = tasks[id]?.state else { continue }
            for other in unmet where other != trial { forget(id, waitingFor: other) }
            let whole = "needs trial \(trial.short), \(line)"
            tasks[id]?.state = .failing(cause: whole)
            let records = [Record.taskFailed(id, cause: whole)]
            commit(records, .failure(id, records), &effects)
        }
    }

    /// A blocked task waits no longer, whatever becomes of it.
    mutating func stopWaiting(_ id: TaskID) {
        guard case .blocked(let unmet) = tasks[id]?.state else { return }
        for trial in unmet { forget(id, waitingFor: trial) }
    }

    private mutating func forget(_ id: TaskID, waitingFor trial: TrialID) {
        dependents[trial]?.removeAll { $0 == id }
        if dependents[trial]?.isEmpty == true { dependents[trial] = nil }
    }

    /// What an execution of a task begins from.
    func inputs(of task: SweepTask) -> TaskInputs {
        var inputs = TaskInputs(checkpoint: checkpoints[task.id])
        for trial in task.requires { inputs.artifacts[trial] = artifacts[trial] }
        return inputs
    }
}
