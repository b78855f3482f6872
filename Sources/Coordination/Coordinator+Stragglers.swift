import HeapModule

extension Coordinator {
    /// Near the end of a sweep, gives what takes long to a second worker too; the first result wins.
    ///
    /// Three quarters of the sweep must be done, or the first worker's machine be wanted by its owner; nothing may wait, and
    /// few executions are copies at a time. What has failed too often lives on in the execution that it has, and gets no
    /// other.
    ///
    /// - Complexity: O(tasks that workers have), once a tick and only while nothing waits.
    mutating func copyStragglers(at now: Moment, _ effects: inout [Effect]) {
        guard queue.count == 0, !isDraining, storeRestsUntil == nil, rooms.count > 0 else { return }
        var free = max(1, workers.values.reduce(0) { $0 + $1.credit } / policy.slotsPerCopy) - runningCopies
        guard free > 0 else { return }
        for straggler in stragglers(at: now) {
            guard free > 0, let worker = popWorker(forCopyOf: straggler, at: now) else { return }
            free -= 1
            let attempt = tasks[straggler.task]?.nextAttempt ?? .first
            effects.append(.report(.copied(AttemptName(straggler.task, attempt), worker)))
            start(straggler.task, on: worker, at: now, &effects)
        }
    }

    private struct Straggler {
        let task: TaskID
        let worker: WorkerID
        let elapsed: Duration
    }

    private var runningCopies: Int {
        workers.values.reduce(0) { sum, entry in
            sum + entry.held.count { (tasks[$0]?.leases.count ?? 0) > 1 }
        } / 2
    }

    /// The executions that take too long, the longest first.
    private func stragglers(at now: Moment) -> [Straggler] {
        var patience: [SweepID: Duration?] = [:]
        var found: [Straggler] = []
        for (worker, entry) in workers {
            for id in entry.held {
                guard let task = tasks[id], task.leases.count < policy.copies, let lease = task.leases.first,
                    lease.phase == .held, !isBeyondBudget(task), !queue.isPaused(task.task.sweep)
                else { continue }
                let standing = entry.standstill.map { now.duration(since: $0.since) } ?? .zero
                if standing > policy.stragglerTime {
                    found.append(Straggler(task: id, worker: worker, elapsed: now.duration(since: lease.began)))
                    continue
                }
                let sweep = task.task.sweep
                if patience[sweep] == nil { patience[sweep] = .some(self.patience(with: sweep)) }
                guard let limit = patience[sweep] ?? nil else { continue }
                let elapsed = now.duration(since: lease.began)
                if elapsed > limit { found.append(Straggler(task: id, worker: worker, elapsed: elapsed)) }
            }
        }
        return found.sorted { ($1.elapsed, $0.task) < ($0.elapsed, $1.task) }
    }

    /// How long an execution of a sweep may take; nil while most of the sweep is still to come.
    private func patience(with sweep: SweepID) -> Duration? {
        guard let entry = sweeps[sweep], entry.open <= entry.tasks.count - entry.tasks.count * 3 / 4,
            let median = entry.durations.median
        else { return nil }
        return max(median * policy.stragglerMedians, policy.stragglerTime)
    }

    /// The least loaded worker on another host, or else another worker on the same one, with the memory that it takes.
    private mutating func popWorker(forCopyOf straggler: Straggler, at now: Moment) -> WorkerID? {
        let (worker, memory) = (straggler.worker, tasks[straggler.task]?.task.memory ?? 0)
        let host = workers[worker]?.hello.host
        var tooSmall: [WorkerID] = []
        defer { for worker in tooSmall { listIfRoomy(worker) } }
        var passed: [WorkerID] = []
        defer { for worker in passed { listIfRoomy(worker) } }
        while let candidate = popRoomiestWorker(at: now) {
            guard memory <= workers[candidate]?.memory ?? .max else {
                tooSmall.append(candidate)
                continue
            }
            if candidate != worker, workers[candidate]?.hello.host != host { return candidate }
            passed.append(candidate)
        }
        guard let neighbour = passed.first(where: { $0 != worker }) else { return nil }
        passed.removeAll { $0 == neighbour }
        return neighbour
    }
}
