/// How far tasks have come that take long, and the files that results name.
extension Coordinator {
    /// A worker has come so far with a task; unless more is known already, the next execution begins there.
    ///
    /// It counts from whoever was given the task, also when the attempt has ended: a checkpoint follows from the task and the step
    /// alone, so what matters is which of two is further along, and not who has made it.
    mutating func receive(
        _ checkpoint: TaskCheckpoint, of name: AttemptName, from worker: WorkerID, at now: Moment,
        _ effects: inout [Effect]
    ) {
        if isCurrent(name, of: worker) { renew(name, at: now) }
        guard let entry = tasks[name.task], entry.state.isOpen, entry.wasGiven(name.attempt, to: worker),
            checkpoint.step > checkpoints[name.task]?.step ?? 0
        else { return }
        effects.append(.keepCheckpoint(name.task, checkpoint))
    }

    /// A checkpoint is on disk; one of a task that has ended meanwhile is needless.
    mutating func note(_ checkpoint: TaskCheckpoint, of task: TaskID, _ effects: inout [Effect]) {
        if checkpoint.step >= checkpoints[task]?.step ?? 0 { checkpoints[task] = checkpoint }
        // A coordinator that begins hears of checkpoints before it hears of their tasks.
        if let entry = tasks[task], !entry.state.isOpen { dropCheckpoint(of: task, &effects) }
    }

    /// Forgets how far a task has come that has ended, unless it has failed and may be tried again.
    mutating func dropCheckpoint(of task: TaskID, _ effects: inout [Effect]) {
        if case .failed = tasks[task]?.state { return }
        guard checkpoints.removeValue(forKey: task) != nil else { return }
        effects.append(.dropCheckpoint(task))
    }

    /// A result's file is not on disk, so the result is not either: its worker sends the file, and offers the result again.
    mutating func askForFile(
        of trial: TrialID, _ name: AttemptName, _ worker: WorkerID, _ effects: inout [Effect]
    ) {
        let found = commits.first { _, pending in
            switch pending {
            case .result(trial, name, worker, _), .duplicate(trial, name, worker), .stray(trial, name, worker, _): true
            default: false
            }
        }
        guard let (number, pending) = found else { return }
        commits[number] = .note([])
        if case .stray = pending { forgetStray(trial, name, worker) } else { trialsInCommit.remove(trial) }
        tell(worker, .lacking(name, trial), &effects)
    }
}
