/// A coordinator's state at a moment, in numbers.
package struct Census: Hashable, Sendable {
    package struct Sweep: Hashable, Sendable {
        package let id: SweepID
        package let isPaused: Bool
        /// Tasks that a worker could be given.
        package let waiting: Int
        /// Tasks that wait for what others make.
        package let blocked: Int
        package let running: Int
        /// Trials that were finished, and given up, since the coordinator was started.
        package let finishedTrials: Int
        package let failedTrials: Int
    }

    /// All that this coordinator has been given, by their identifiers.
    package let sweeps: [Sweep]
    package let workers: [WorkerView]
    package let departed: [DepartedWorker]
    package let tally: Tally
    /// Whether nothing is assigned or acknowledged because the disk has refused records.
    package let storeRests: Bool
    package let isDraining: Bool
}

extension Coordinator {
    /// - Complexity: O(sweeps + workers + tasks that workers have, or that are blocked).
    package func census(at now: Moment) -> Census {
        let (running, blocked) = (runningTasks, blockedTasks)
        return Census(
            sweeps: sweeps.sorted { $0.key < $1.key }.map { id, entry in
                let (taken, held) = (running[id] ?? 0, blocked[id] ?? 0)
                return Census.Sweep(
                    id: id, isPaused: queue.isPaused(id), waiting: max(0, entry.open - taken - held), blocked: held,
                    running: taken,
                    finishedTrials: entry.finishedTrials, failedTrials: entry.failedTrials)
            },
            workers: workerViews(at: now), departed: departed.recent(at: now), tally: tally,
            storeRests: storeRestsUntil != nil, isDraining: isDraining)
    }

    /// The tasks that workers have, or that are about to be given up, by their sweeps.
    private var runningTasks: [SweepID: Int] {
        var taken = Set(workers.values.lazy.flatMap(\.held)).union(awaited.values.lazy.flatMap(\.self))
        for case .failure(let task, _) in commits.values { taken.insert(task) }
        return countsBySweep(taken)
    }

    private var blockedTasks: [SweepID: Int] {
        countsBySweep(
            Set(dependents.values.lazy.joined()).filter { id in
                if case .blocked = tasks[id]?.state { true } else { false }
            })
    }

    private func countsBySweep(_ ids: Set<TaskID>) -> [SweepID: Int] {
        ids.reduce(into: [:]) { counts, id in
            if let sweep = tasks[id]?.task.sweep { counts[sweep, default: 0] += 1 }
        }
    }
}
