extension Coordinator {
    /// What a commit is about, until it is known to be on disk.
    enum PendingCommit: Hashable, Sendable {
        case start(TaskID, Attempt)
        case result(TrialID, AttemptName, worker: WorkerID, TrialArtifact?)
        /// A result of a trial that has one; the store compares the two.
        case duplicate(TrialID, AttemptName, worker: WorkerID)
        case stray(TrialID, AttemptName, worker: WorkerID, TrialArtifact?)
        /// Nobody waits for it, but it has to be known after a restart.
        case note([Record])
        case failure(TaskID, [Record])
    }

    /// Records that the disk has refused and that are still true.
    struct Debt: Hashable, Sendable {
        let records: [Record]
        let pending: PendingCommit
    }

    mutating func commit(_ records: [Record], _ pending: PendingCommit, _ effects: inout [Effect]) {
        commits[nextCommit] = pending
        effects.append(.commit(nextCommit, records))
        nextCommit += 1
    }

    /// Writes what has happened; where the disk rests, later.
    mutating func note(_ record: Record, _ effects: inout [Effect]) {
        guard storeRestsUntil == nil else {
            owe(Debt(records: [record], pending: .note([record])))
            return
        }
        commit([record], .note([record]), &effects)
    }

    mutating func complete(_ number: CommitNumber, at now: Moment, _ effects: inout [Effect]) {
        switch commits.removeValue(forKey: number) {
        case .start(let task, let attempt): begin(task, attempt, at: now, &effects)
        case .result(let trial, let name, let worker, let artifact):
            finish(trial, name, by: worker, artifact, at: now, &effects)
        case .duplicate(let trial, let name, let worker):
            trialsInCommit.remove(trial)
            answer(name, trial, .duplicate, worker, &effects)
        case .stray(let trial, let name, let worker, let artifact):
            takeIn(trial, name, worker, artifact, at: now, &effects)
        case .failure(let task, _): closeFailed(task, &effects)
        case .note, nil: break
        }
    }

    /// Undoes what a refused commit was for, or keeps it until the disk has rested.
    mutating func rest(
        after number: CommitNumber, cause: String, at now: Moment, _ effects: inout [Effect]
    ) {
        if storeRestsUntil == nil { effects.append(.report(.storeRefused(cause: cause))) }
        storeRestsUntil = now.advanced(by: policy.storeRetry)
        guard let pending = commits.removeValue(forKey: number) else { return }
        switch pending {
        case .start(let task, let attempt): withdraw(task, attempt)
        case .result(let trial, _, _, _), .duplicate(let trial, _, _): trialsInCommit.remove(trial)
        case .stray(let trial, let name, let worker, _): forgetStray(trial, name, worker)
        case .note(let records), .failure(_, let records): owe(Debt(records: records, pending: pending))
        }
    }

    private mutating func owe(_ debt: Debt) {
        // A worker that comes and goes while the disk is full is worth one line.
        if case .joined(let worker, _, _, _) = debt.records.first {
            owed.removeAll { if case .joined(worker, _, _, _) = $0.records.first { true } else { false } }
        }
        owed.append(debt)
    }

    /// Goes on when the disk has rested for long enough, beginning with what it has not taken.
    mutating func tryStoreAgain(at now: Moment, _ effects: inout [Effect]) {
        guard let rested = storeRestsUntil, rested <= now else { return }
        storeRestsUntil = nil
        effects.append(.report(.storeAccepts))
        for debt in owed { commit(debt.records, debt.pending, &effects) }
        owed = []
    }
}
