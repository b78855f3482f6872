extension Coordinator {
    /// Takes in the tasks of a sweep that still lack results.
    mutating func submit(_ submitted: [SweepTask], of sweep: SweepID, _ effects: inout [Effect]) {
        for task in submitted where tasks[task.id]?.state.isOpen != true && !task.trials.isEmpty {
            let previous = tasks[task.id]
            var entry = TaskEntry(task)
            entry.nextAttempt = max(entry.nextAttempt, previous?.nextAttempt ?? .first)
            tasks[task.id] = entry
            for trial in task.trials { missingTrials[trial, default: []].append(task.id) }
            if previous == nil { sweeps[sweep, default: SweepEntry()].tasks.append(task.id) }
            sweeps[sweep]?.open += 1
            queue.append(task.id, of: sweep)
        }
        if sweeps[sweep]?.open ?? 0 == 0 { effects.append(.report(.sweepEnded(sweep, failedTasks: 0))) }
    }

    /// Stops a sweep's tasks; results that come in for them later are not wanted.
    mutating func cancel(_ sweep: SweepID, _ effects: inout [Effect]) {
        for id in sweeps[sweep]?.tasks ?? [] {
            guard let entry = tasks[id], entry.state.isOpen else { continue }
            if let lease = entry.lease {
                release(id, from: lease.worker)
                tell(lease.worker, .cancel(AttemptName(id, lease.attempt)), &effects)
                commit([.attemptEnded(id, lease.attempt, .cancelled)], .note, &effects)
            }
            close(id, as: .cancelled, &effects)
        }
    }

    /// Gives waiting tasks to workers with room, the least loaded first.
    mutating func assignWaitingTasks(at now: Moment, _ effects: inout [Effect]) {
        guard !isDraining, storeRestsUntil == nil else { return }
        while queue.count > 0, let worker = leastLoadedWorker {
            guard let id = queue.popFirst() else { return }
            // Done or cancelled while it waited.
            guard let entry = tasks[id], entry.state == .waiting else { continue }
            let attempt = entry.nextAttempt
            tasks[id]?.nextAttempt = attempt.next
            tasks[id]?.state = .starting(Lease(worker: worker, attempt: attempt, renewed: now))
            workers[worker]?.held.insert(id)
            commit([.attemptStarted(id, attempt, worker: worker)], .start(id, attempt), &effects)
        }
    }

    private var leastLoadedWorker: WorkerID? {
        workers.filter(\.value.hasRoom).min { one, other in
            (one.value.held.count, one.key) < (other.value.held.count, other.key)
        }?.key
    }

    /// Sends a task whose attempt is on disk now.
    mutating func begin(_ id: TaskID, _ attempt: Attempt, at now: Moment, _ effects: inout [Effect]) {
        guard let entry = tasks[id], case .starting(var lease) = entry.state, lease.attempt == attempt else { return }
        guard workers[lease.worker]?.peer != nil, !isDraining else {
            lose(id, lease, .handedBack, &effects)
            return
        }
        lease.renewed = now
        tasks[id]?.state = .leased(lease)
        let name = AttemptName(id, attempt)
        tell(lease.worker, .assign(name, body: entry.task.body, trials: entry.missing), &effects)
        effects.append(.report(.assigned(name, lease.worker)))
    }

    /// Takes back an attempt that the disk refused; nobody has heard of it.
    mutating func withdraw(_ id: TaskID, _ attempt: Attempt) {
        guard let entry = tasks[id], case .starting(let lease) = entry.state, lease.attempt == attempt else { return }
        release(id, from: lease.worker)
        requeue(id)
    }

    func isCurrent(_ name: AttemptName, of worker: WorkerID) -> Bool {
        guard let lease = tasks[name.task]?.lease else { return false }
        return lease.worker == worker && lease.attempt == name.attempt
    }

    /// Ends an attempt that came to nothing, and lets the task wait again.
    mutating func lose(_ id: TaskID, _ lease: Lease, _ end: AttemptEnd, _ effects: inout [Effect]) {
        release(id, from: lease.worker)
        commit([.attemptEnded(id, lease.attempt, end)], .note, &effects)
        requeue(id)
    }

    private mutating func requeue(_ id: TaskID) {
        guard let entry = tasks[id], entry.state.isOpen else { return }
        tasks[id]?.state = .waiting
        queue.prepend(id, of: entry.task.sweep)
    }

    /// Counts a failure against the task's budget; beyond it the task is given up, with its cause.
    mutating func fail(
        _ name: AttemptName, by worker: WorkerID, _ kind: FailureKind, cause: String, _ effects: inout [Effect]
    ) {
        guard let lease = tasks[name.task]?.lease, lease.attempt == name.attempt, lease.worker == worker else { return }
        let failures = (tasks[name.task]?.failures[kind] ?? 0) + 1
        tasks[name.task]?.failures[kind] = failures
        effects.append(
            .report(
                kind == .lost ? .attemptLost(name, worker) : .attemptFailed(name, worker, kind, cause: cause)))
        let end = kind == .lost ? AttemptEnd.lost : .failed(cause: cause)
        guard failures > policy.retries[kind] ?? 0 else {
            lose(name.task, lease, end, &effects)
            return
        }
        release(name.task, from: worker)
        tasks[name.task]?.state = .failing(cause: cause)
        commit(
            [.attemptEnded(name.task, name.attempt, end), .taskFailed(name.task, cause: cause)],
            .failure(name.task), &effects)
    }

    mutating func closeFailed(_ id: TaskID, _ effects: inout [Effect]) {
        guard let entry = tasks[id], case .failing(let cause) = entry.state else { return }
        effects.append(.report(.taskFailed(id, entry.task.sweep, cause: cause)))
        close(id, as: .failed(cause: cause), &effects)
    }

    /// Ends a task, and its sweep if it was the last.
    mutating func close(_ id: TaskID, as state: TaskState, _ effects: inout [Effect]) {
        guard let entry = tasks[id], entry.state.isOpen else { return }
        tasks[id]?.state = state
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

    mutating func release(_ id: TaskID, from worker: WorkerID) {
        workers[worker]?.held.remove(id)
        workers[worker]?.uploads.removeAll { $0.offer.name.task == id }
    }

    mutating func drain(_ effects: inout [Effect]) {
        isDraining = true
        for worker in workers.keys.sorted() { tell(worker, .drain, &effects) }
    }

    /// The last worker may also be lost or out of reach, so this is looked for after every event.
    mutating func reportIfDrained(_ effects: inout [Effect]) {
        guard isDraining, !hasDrained, workers.values.allSatisfy({ $0.peer == nil }) else { return }
        hasDrained = true
        effects.append(.report(.drained))
    }
}
