import Coordination

/// What people ask a coordinator for while it runs: pauses, and workers that are to leave.
extension SimulatedCluster {
    /// On disk first; where no coordinator runs, the next one reads it there.
    func pause(_ sweep: SweepID) {
        if bug != .pauseNotDurable { store.pause(sweep) }
        observer.paused.insert(sweep)
        tellCoordinator(.paused(sweep))
        agenda.add(.resume(sweep), at: now + draw(1000, 120_000))
    }

    func resume(_ sweep: SweepID) {
        store.resume(sweep)
        observer.paused.remove(sweep)
        tellCoordinator(.resumed(sweep))
    }

    func order(_ worker: WorkerID, to order: DepartureOrder) {
        guard let view = coordinator?.workerViews(at: coordinatorNow).first(where: { $0.id == worker }) else { return }
        observer.leaving[worker] = view.hello.incarnation
        tellCoordinator(.departureOrdered(worker, order))
    }

    /// What must be true of an assignment where somebody has asked for none.
    func checkOrders(_ name: AttemptName, _ worker: WorkerID) {
        if observer.leaving[worker] != nil {
            violate("20: \(worker.short) gets \(name.task.short) and was to leave")
        }
        guard !observer.paused.isEmpty else { return }
        let isPaused = plan.sweeps.contains { sweep in
            observer.paused.contains(sweep.id) && sweep.tasks.contains { $0.id == name.task }
        }
        if isPaused { violate("19: \(name.task.short) is assigned while its sweep is paused") }
    }
}
