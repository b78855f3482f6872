/// Whose fault failures are: a task's, or a worker's that fails everything at once.
extension Coordinator {
    /// An attempt has failed: it may be its worker's fault, and is not the fault of others that failed the same task.
    mutating func blame(_ worker: WorkerID, for task: TaskID, isQuick: Bool, at now: Moment, _ effects: inout [Effect])
    {
        for failure in tasks[task]?.failures ?? [] where failure.worker != worker {
            excuse(failure.worker, for: task)
        }
        guard isQuick else { return }
        workers[worker]?.record.add(task, at: now)
        settle(worker, &effects)
    }

    /// A worker has computed a trial.
    mutating func praise(_ worker: WorkerID) {
        guard workers[worker]?.record.tasks.isEmpty == false else { return }
        workers[worker]?.record.clear()
        listIfRoomy(worker)
    }

    /// A task is done: whoever failed it before has failed where another succeeds.
    mutating func compare(_ task: TaskID, doneBy worker: WorkerID, _ effects: inout [Effect]) {
        let culprits = Set((tasks[task]?.failures ?? []).map(\.worker)).subtracting([worker])
        for culprit in culprits.sorted() where workers[culprit]?.record.tasks.contains(task) == true {
            workers[culprit]?.record.refute()
            settle(culprit, &effects)
        }
    }

    /// A task has ended without a result, so nothing can be learnt from it any more.
    mutating func excuseAll(blamedFor entry: TaskEntry) {
        for failure in entry.failures { excuse(failure.worker, for: entry.task.id) }
    }

    private mutating func excuse(_ worker: WorkerID, for task: TaskID) {
        guard workers[worker]?.record.tasks.contains(task) == true else { return }
        praise(worker)
    }

    /// Sets a worker aside if enough speaks against it, and gives its tasks their budget back.
    private mutating func settle(_ worker: WorkerID, _ effects: inout [Effect]) {
        guard workers[worker]?.record.settle() == true, let entry = workers[worker] else { return }
        for task in entry.record.tasks {
            tasks[task]?.failures.removeAll { $0.worker == worker }
            note(.excused(task, worker: worker), &effects)
        }
        effects.append(.report(.workerSetAside(worker, host: entry.hello.host)))
    }
}
