import HeapModule

extension Coordinator {
    /// A worker with room, as it stood when it was put down.
    struct Room: Comparable, Sendable {
        let load: Int
        let worker: WorkerID

        static func < (one: Room, other: Room) -> Bool { (one.load, one.worker) < (other.load, other.worker) }
    }

    /// Gives waiting tasks to workers with room, the least loaded first.
    ///
    /// - Complexity: O(log workers + log sweeps) for each task.
    mutating func assignWaitingTasks(at now: Moment, _ effects: inout [Effect]) {
        guard !isDraining, storeRestsUntil == nil else { return }
        var passed: [WorkerID] = []
        while queue.count > 0, let worker = popRoomiestWorker(at: now) {
            guard let task = popTask(for: worker, at: now) else {
                passed.append(worker)
                continue
            }
            // Done or cancelled while it waited.
            if tasks[task]?.state == .waiting {
                let better = workerThatHas(task, insteadOf: worker, at: now)
                start(task, on: better ?? worker, at: now, &effects)
            }
            listIfRoomy(worker)
        }
        for worker in passed { listIfRoomy(worker) }
    }

    private mutating func popTask(for worker: WorkerID, at now: Moment) -> TaskID? {
        // Out of its place, since what fits is asked of the rest of the state meanwhile.
        var waiting = FairQueue()
        swap(&waiting, &queue)
        defer { swap(&waiting, &queue) }
        let memory = workers[worker]?.memory ?? .max
        return waiting.popFirst(within: memory) { fitness(of: $0, for: worker, at: now) }
    }

    /// Gives a task away; its worker hears of it when the attempt is on disk.
    mutating func start(_ id: TaskID, on worker: WorkerID, at now: Moment, _ effects: inout [Effect]) {
        guard let entry = tasks[id] else { return }
        let attempt = entry.nextAttempt
        let lease = Lease(worker: worker, attempt: attempt, began: now, renewed: now, phase: .starting)
        tasks[id]?.nextAttempt = attempt.next
        tasks[id]?.note(Execution(attempt, worker: worker, isOpen: true))
        tasks[id]?.state = .running(entry.leases + [lease])
        workers[worker]?.hold(entry.task)
        listIfRoomy(worker)
        // What matters most is remembered longest.
        for key in entry.task.needs.reversed() { affinity.note(key, worker) }
        commit([.attemptStarted(id, attempt, worker: worker)], .start(id, attempt), &effects)
    }

    /// Sends a task whose attempt is on disk now.
    mutating func begin(_ id: TaskID, _ attempt: Attempt, at now: Moment, _ effects: inout [Effect]) {
        let name = AttemptName(id, attempt)
        guard let entry = tasks[id], let lease = lease(name), lease.phase == .starting else { return }
        // Meanwhile the worker may have come back with something that it was thought to have lost, or wants less; or the
        // sweep was paused.
        guard let holder = workers[lease.worker], holder.peer != nil, holder.held.count <= holder.credit,
            !holder.isLeaving, !isDraining, !queue.isPaused(entry.task.sweep)
        else {
            lose(name, .handedBack, &effects)
            return
        }
        update(name) { lease in
            lease.phase = .held
            lease.began = now
            lease.renewed = now
        }
        lookAfter(lease.worker, by: now.advanced(by: policy.lease))
        let inputs = inputs(of: entry.task)
        tell(
            lease.worker, .assign(name, body: entry.task.body, trials: entry.missing, needs: entry.task.needs, inputs),
            &effects)
        effects.append(.report(.assigned(name, lease.worker)))
    }

    // MARK: Who has room

    /// Puts a worker down in the list of those with room, unless it stands there already.
    mutating func listIfRoomy(_ worker: WorkerID) {
        guard let entry = workers[worker], entry.hasRoom, !entry.record.isSetAside,
            entry.listedLoad != entry.held.count
        else { return }
        workers[worker]?.listedLoad = entry.held.count
        rooms.insert(Room(load: entry.held.count, worker: worker))
    }

    /// Takes the worker with the fewest tasks off the list.
    mutating func popRoomiestWorker(at now: Moment) -> WorkerID? {
        var passed: [WorkerID] = []
        defer { for worker in passed { listIfRoomy(worker) } }
        while let room = rooms.popMin() {
            guard let entry = workers[room.worker], entry.listedLoad == room.load else { continue }
            workers[room.worker]?.listedLoad = nil
            guard entry.held.count == room.load, entry.hasRoom else {
                listIfRoomy(room.worker)
                continue
            }
            if mayTakeTasks(entry, at: now) { return room.worker }
            passed.append(room.worker)
        }
        return nil
    }

    private func mayTakeTasks(_ entry: WorkerEntry, at now: Moment) -> Bool {
        guard !entry.record.isSetAside else { return false }
        return !entry.record.isDoubtful(at: now, for: policy.secondOpinion)
            || !isSomebodyElse(than: entry.hello.worker, at: now) { _ in true }
    }

    /// Whether another worker can be hoped for: one that is there, takes work, and is beyond doubt.
    private func isSomebodyElse(
        than worker: WorkerID, at now: Moment, where condition: (WorkerID) -> Bool
    ) -> Bool {
        workers.contains { id, entry in
            id != worker && entry.isReachable && !entry.isLeaving && entry.credit > 0 && !entry.record.isSetAside
                && !entry.record.isDoubtful(at: now, for: policy.secondOpinion) && condition(id)
        }
    }

    // MARK: What fits whom

    /// A task does not go back to a worker that it has just failed on as long as there is another one to try.
    private func fitness(of id: TaskID, for worker: WorkerID, at now: Moment) -> FairQueue.Fitness {
        guard let entry = tasks[id], entry.state == .waiting else { return .good }
        if !entry.failures.isEmpty {
            let culprits = entry.failures.filter {
                $0.kind != .lost && now.duration(since: $0.time) < policy.secondOpinion
            }.map(\.worker)
            if culprits.contains(worker), isSomebodyElse(than: worker, at: now, where: { !culprits.contains($0) }) {
                return .none
            }
        }
        // What needs nothing in particular has it everywhere.
        guard let features = entry.task.needs.first else { return .good }
        if affinity.holds(worker, features) { return .good }
        let files = entry.task.needs.dropFirst()
        return !files.isEmpty && files.allSatisfy { affinity.holds(worker, $0) } ? .near : .fair
    }

    /// A worker that is as free as this one and has more of what the task needs.
    private func workerThatHas(_ id: TaskID, insteadOf worker: WorkerID, at now: Moment) -> WorkerID? {
        guard let needs = tasks[id]?.task.needs, !needs.isEmpty else { return nil }
        let load = workers[worker]?.held.count
        let own = fitness(of: id, for: worker, at: now)
        // Whoever has the features, or else the file that matters most and all others.
        for (key, wanted) in zip(needs, [FairQueue.Fitness.good, .near]) where own < wanted {
            let better = affinity.holders(of: key).last { other in
                guard let entry = workers[other], entry.hasRoom, entry.held.count == load,
                    tasks[id]?.task.memory ?? 0 <= entry.memory
                else { return false }
                return mayTakeTasks(entry, at: now) && fitness(of: id, for: other, at: now) >= wanted
            }
            if let better { return better }
        }
        return nil
    }
}
