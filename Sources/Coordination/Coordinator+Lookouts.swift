import HeapModule

extension Coordinator {
    /// Something to look at when its time has come.
    struct Lookout: Comparable, Sendable {
        let time: Moment
        let subject: Subject

        enum Subject: Comparable, Sendable {
            /// Whether an attempt's worker has come back since this coordinator was started.
            case attempt(TaskID, Attempt)
            /// Whether a worker has been silent.
            case worker(WorkerID)
        }

        static func < (one: Lookout, other: Lookout) -> Bool {
            one.time == other.time ? one.subject < other.subject : one.time < other.time
        }
    }

    /// Looks at everything whose time has come.
    ///
    /// A worker is looked at once in a while and not at every tick, so silence costs nothing but a place in a heap.
    mutating func expire(at now: Moment, _ effects: inout [Effect]) {
        tryStoreAgain(at: now, &effects)
        while let lookout = lookouts.min, lookout.time <= now {
            lookouts.removeMin()
            switch lookout.subject {
            case .attempt(let task, let attempt): giveUpWaiting(for: AttemptName(task, attempt), at: now, &effects)
            case .worker(let worker):
                guard workers[worker]?.nextLook == lookout.time else { continue }
                workers[worker]?.nextLook = nil
                look(at: worker, at: now, &effects)
            }
        }
        copyStragglers(at: now, &effects)
    }

    // MARK: Silence

    /// Sees to it that a worker is looked at by then.
    mutating func lookAfter(_ worker: WorkerID, by time: Moment) {
        guard let entry = workers[worker] else { return }
        if let next = entry.nextLook, next <= time { return }
        workers[worker]?.nextLook = time
        lookouts.insert(Lookout(time: time, subject: .worker(worker)))
    }

    /// A silent worker is suspected first, and only after a whole lease its tasks go to others.
    private mutating func look(at worker: WorkerID, at now: Moment, _ effects: inout [Effect]) {
        guard let entry = workers[worker] else { return }
        let limit = policy.lease
        let cause = "the worker on \(entry.hello.host) was silent"
        let lost = lose(entry.held, by: worker, cause: cause, at: now, &effects) { _, lease in
            lease.phase == .held && now.duration(since: lease.renewed) >= limit
        }
        for name in lost { tell(worker, .cancel(name), &effects) }
        let silence = now.duration(since: entry.lastHeard)
        if silence >= policy.lease, workers[worker]?.held.isEmpty == true {
            remove(worker, &effects)
            effects.append(.report(.workerLost(worker, host: entry.hello.host)))
            return
        }
        if silence >= policy.suspicion, !entry.isSuspect {
            workers[worker]?.isSuspect = true
            effects.append(.report(.workerSuspect(worker, host: entry.hello.host)))
        }
        lookAfter(worker, by: nextLook(at: worker, after: now))
    }

    /// When something about a worker can change if nothing is heard.
    private func nextLook(at worker: WorkerID, after now: Moment) -> Moment {
        guard let entry = workers[worker] else { return now }
        var times = [entry.lastHeard.advanced(by: entry.isSuspect ? policy.lease : policy.suspicion)]
        for id in entry.held {
            guard let lease = tasks[id]?.leases.first(where: { $0.worker == worker }) else { continue }
            times.append(lease.renewed.advanced(by: policy.lease))
        }
        // What is starting waits for the disk, and the disk decides when.
        return times.filter { $0 > now }.min() ?? now.advanced(by: policy.suspicion)
    }

    // MARK: After a restart

    /// Leaves a task with the workers that an earlier coordinator gave it to, until they come back or do not.
    ///
    /// - Returns: Whether anybody may have it.
    mutating func awaitReturn(of task: SweepTask, at now: Moment, _ effects: inout [Effect]) -> Bool {
        let open = task.executions.filter(\.isOpen)
        guard !open.isEmpty else { return false }
        for execution in open.dropLast(policy.copies) {
            note(.attemptEnded(task.id, execution.attempt, .lost), &effects)
        }
        let awaited = open.suffix(policy.copies)
        tasks[task.id]?.state = .running(
            awaited.map {
                Lease(worker: $0.worker, attempt: $0.attempt, began: now, renewed: now, phase: .awaited)
            })
        for execution in awaited {
            self.awaited[execution.worker, default: []].insert(task.id)
            lookouts.insert(
                Lookout(time: now.advanced(by: policy.grace), subject: .attempt(task.id, execution.attempt)))
        }
        return true
    }

    private mutating func giveUpWaiting(for name: AttemptName, at now: Moment, _ effects: inout [Effect]) {
        guard let lease = lease(name), lease.phase == .awaited else { return }
        let cause = "the coordinator was started anew, and the worker did not come back"
        let grace = policy.grace
        lose(awaited[lease.worker] ?? [], by: lease.worker, cause: cause, at: now, &effects) { _, lease in
            lease.phase == .awaited && now.duration(since: lease.began) >= grace
        }
    }
}
