extension Coordinator {
    /// Takes in the tasks of a sweep that still lack results.
    ///
    /// Those that the disk knows to be under way stay with their workers for a while.
    mutating func submit(
        _ submitted: [SweepTask], of sweep: SweepID, at now: Moment, _ effects: inout [Effect]
    ) {
        for task in submitted where tasks[task.id]?.state.isOpen != true && !task.trials.isEmpty {
            let previous = tasks[task.id]
            var entry = TaskEntry(task, at: now)
            entry.nextAttempt = max(entry.nextAttempt, previous?.nextAttempt ?? .first)
            for execution in previous?.executions ?? [] { entry.note(execution) }
            tasks[task.id] = entry
            for trial in task.trials { missingTrials[trial, default: []].append(task.id) }
            if previous == nil { sweeps[sweep, default: SweepEntry()].tasks.append(task.id) }
            sweeps[sweep]?.open += 1
            guard !block(task.id) else { continue }
            if previous != nil || !awaitReturn(of: task, at: now, &effects) {
                queue.append(task.id, of: sweep, memory: task.memory)
            }
        }
        giveUpOrphans(among: submitted, &effects)
        if sweeps[sweep]?.open ?? 0 == 0 { effects.append(.report(.sweepEnded(sweep, failedTasks: 0))) }
    }

    /// Stops a sweep's tasks; results that come in for them later are not wanted.
    mutating func cancel(_ sweep: SweepID, _ effects: inout [Effect]) {
        let all = sweeps[sweep]?.tasks ?? []
        for id in all {
            guard let entry = tasks[id] else { continue }
            if case .failed = entry.state {
                tasks[id]?.state = .cancelled
                dropCheckpoint(of: id, &effects)
            }
            guard entry.state.isOpen else { continue }
            for lease in entry.leases {
                release(id, from: lease.worker)
                tell(lease.worker, .cancel(AttemptName(id, lease.attempt)), &effects)
                note(.attemptEnded(id, lease.attempt, .cancelled), &effects)
            }
            close(id, as: .cancelled, &effects)
        }
        queue.removeAll(of: sweep)
        // Those of the sweep itself are cancelled too by now.
        for id in all where !dependents.isEmpty {
            guard let entry = tasks[id], entry.state == .cancelled else { continue }
            giveUpDependents(of: entry, cause: "which was cancelled", &effects)
        }
    }

    // MARK: Leases

    func lease(_ name: AttemptName) -> Lease? {
        tasks[name.task]?.leases.first { $0.attempt == name.attempt }
    }

    func isCurrent(_ name: AttemptName, of worker: WorkerID) -> Bool { lease(name)?.worker == worker }

    mutating func update(_ name: AttemptName, _ change: (inout Lease) -> Void) {
        guard var leases = tasks[name.task]?.leases,
            let index = leases.firstIndex(where: { $0.attempt == name.attempt })
        else { return }
        change(&leases[index])
        tasks[name.task]?.state = .running(leases)
    }

    /// Ends an attempt that came to nothing; unless a copy of it goes on, the task waits again.
    mutating func lose(_ name: AttemptName, _ end: AttemptEnd, _ effects: inout [Effect]) {
        note(.attemptEnded(name.task, name.attempt, end), &effects)
        if takeAway(name), tasks[name.task]?.state.isOpen == true { requeue(name.task) }
    }

    /// Ends the attempts among a worker's that it does not have any more.
    ///
    /// A worker computes one after another, so only the first of them can have been the cause; the others have waited for it.
    ///
    /// - Returns: What is lost.
    @discardableResult
    mutating func lose(
        _ held: Set<TaskID>, by worker: WorkerID, cause: String, at now: Moment, _ effects: inout [Effect],
        where isLost: (AttemptName, Lease) -> Bool
    ) -> [AttemptName] {
        let leases = held.compactMap { id in
            tasks[id]?.leases.first { $0.worker == worker }.map { (name: AttemptName(id, $0.attempt), lease: $0) }
        }
        let lost = leases.filter { isLost($0.name, $0.lease) }.sorted {
            ($0.lease.began, $0.name.task) < ($1.lease.began, $1.name.task)
        }.map(\.name)
        // The last one first, so that they are queued again in the order in which they were.
        for name in lost.dropFirst().reversed() {
            effects.append(.report(.attemptLost(name, worker)))
            lose(name, .unbegun, &effects)
        }
        if let first = lost.first { fail(first, by: worker, .lost, cause: cause, at: now, &effects) }
        return lost
    }

    /// Takes a task from the worker that has this attempt.
    ///
    /// - Returns: Whether nobody has the task now.
    @discardableResult
    mutating func takeAway(_ name: AttemptName) -> Bool {
        guard let entry = tasks[name.task], let lease = lease(name) else { return false }
        if flaw != .lostCredit { release(name.task, from: lease.worker) }
        let others = entry.leases.filter { $0.attempt != name.attempt }
        tasks[name.task]?.state = others.isEmpty ? .waiting : .running(others)
        return others.isEmpty
    }

    /// Takes back an attempt that the disk refused; nobody has heard of it.
    mutating func withdraw(_ id: TaskID, _ attempt: Attempt) {
        let name = AttemptName(id, attempt)
        guard lease(name)?.phase == .starting else { return }
        if takeAway(name) { requeue(id) }
    }

    private mutating func requeue(_ id: TaskID) {
        guard let entry = tasks[id], flaw != .forgottenRequeue else { return }
        queue.prepend(id, of: entry.task.sweep, memory: entry.task.memory)
    }

    mutating func release(_ id: TaskID, from worker: WorkerID) {
        awaited[worker]?.remove(id)
        if awaited[worker]?.isEmpty == true { awaited[worker] = nil }
        guard let task = tasks[id]?.task, workers[worker]?.release(task) == true else { return }
        workers[worker]?.uploads.removeAll { $0.offer.name.task == id }
        listIfRoomy(worker)
    }

    // MARK: Failures

    /// Counts a failure against the task's budget; beyond it the task is given up, with its cause.
    mutating func fail(
        _ name: AttemptName, by worker: WorkerID, _ kind: FailureKind, cause: String, at now: Moment,
        _ effects: inout [Effect]
    ) {
        guard let lease = lease(name), lease.worker == worker else { return }
        tasks[name.task]?.failures.append(Failure(kind: kind, worker: worker, time: now))
        effects.append(
            .report(
                kind == .lost ? .attemptLost(name, worker) : .attemptFailed(name, worker, kind, cause: cause)))
        let isQuick = kind != .lost && now.duration(since: lease.began) <= policy.quickFailure
        blame(worker, for: name.task, isQuick: isQuick, at: now, &effects)
        let end = kind == .lost ? AttemptEnd.lost : .failed(kind, cause: cause)
        guard let entry = tasks[name.task], entry.leases.count == 1, isBeyondBudget(entry) else {
            let isExcused = tasks[name.task]?.failures.contains { $0.worker == worker } == false
            lose(name, end, &effects)
            // This failure too, which is written down only now.
            if isExcused { note(.excused(name.task, worker: worker), &effects) }
            return
        }
        takeAway(name)
        tasks[name.task]?.state = .failing(cause: cause)
        let records: [Record] = [
            .attemptEnded(name.task, name.attempt, end), .taskFailed(name.task, cause: cause),
        ]
        commit(records, .failure(name.task, records), &effects)
    }

    /// Whether a task has failed more often than it may.
    func isBeyondBudget(_ entry: TaskEntry) -> Bool {
        FailureKind.allCases.contains { entry.failures(of: $0) > policy.retries[$0] ?? 0 }
    }

    mutating func closeFailed(_ id: TaskID, _ effects: inout [Effect]) {
        guard let entry = tasks[id], case .failing(let cause) = entry.state else { return }
        effects.append(.report(.taskFailed(id, entry.task.sweep, cause: cause)))
        close(id, as: .failed(cause: cause), &effects)
        giveUpDependents(of: entry, cause: "which failed: \(cause)", &effects)
    }

    /// Ends a task, and its sweep if it was the last.
    mutating func close(_ id: TaskID, as state: TaskState, _ effects: inout [Effect]) {
        guard let entry = tasks[id], entry.state.isOpen else { return }
        stopWaiting(id)
        tasks[id]?.state = state
        dropCheckpoint(of: id, &effects)
        if state != .done { excuseAll(blamedFor: entry) }
        for trial in entry.missing { forget(trial, of: id) }
        let sweep = entry.task.sweep
        sweeps[sweep]?.open -= 1
        guard let ended = sweeps[sweep], ended.open == 0 else { return }
        let failed = ended.tasks.count { id in
            if case .failed = tasks[id]?.state { true } else { false }
        }
        effects.append(.report(.sweepEnded(sweep, failedTasks: failed)))
    }

    private mutating func forget(_ trial: TrialID, of task: TaskID) {
        missingTrials[trial]?.removeAll { $0 == task }
        if missingTrials[trial]?.isEmpty == true { missingTrials[trial] = nil }
    }

    // MARK: The end

    mutating func drain(_ effects: inout [Effect]) {
        isDraining = true
        for worker in workers.keys.sorted() { tell(worker, .drain, &effects) }
    }

    /// The last worker may also be lost or out of reach, so this is looked for after every event.
    mutating func reportIfDrained(_ effects: inout [Effect]) {
        guard isDraining, !hasDrained, peers.isEmpty else { return }
        hasDrained = true
        effects.append(.report(.drained))
    }
}
