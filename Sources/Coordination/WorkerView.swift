/// A worker as the coordinator sees it at a moment.
package struct WorkerView: Hashable, Sendable {
    package let id: WorkerID
    package let hello: Hello
    package let tasks: Int
    package let isConnected: Bool
    package let isSuspect: Bool
    package let silence: Duration
    /// What it was told, where it was told to leave.
    package let order: DepartureOrder?
    /// Whether it has failed what others can do, and gets nothing more.
    package let isSetAside: Bool
    /// The trials that it has finished since it joined.
    package let trials: Int
    /// How many it has finished a minute of late; nil where it has just joined.
    package let trialsPerMinute: Double?
    /// Why nothing is computed there; nil while something may be.
    package let standstill: String?
}

extension Coordinator {
    /// All workers that have joined and not left.
    package func workerViews(at now: Moment) -> [WorkerView] {
        workers.sorted { $0.key < $1.key }.map { id, entry in
            WorkerView(
                id: id, hello: entry.hello, tasks: entry.held.count, isConnected: entry.peer != nil,
                isSuspect: entry.isSuspect, silence: now.duration(since: entry.lastHeard), order: entry.order,
                isSetAside: entry.record.isSetAside, trials: entry.pace.total,
                trialsPerMinute: entry.pace.perMinute(at: now), standstill: entry.standstill?.cause)
        }
    }

    /// How many tasks a worker has, as far as the coordinator knows.
    package func heldTasks(of worker: WorkerID) -> Int { workers[worker]?.held.count ?? 0 }

    /// Whether a worker can be told something.
    package func isConnected(_ worker: WorkerID) -> Bool { workers[worker]?.peer != nil }

    /// Who has a task at the moment.
    package func liveExecutions(of task: TaskID) -> [Execution] {
        (tasks[task]?.leases ?? []).map { Execution($0.attempt, worker: $0.worker, isOpen: true) }
    }
}
