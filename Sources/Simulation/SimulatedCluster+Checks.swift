import Coordination

/// The invariants, by the numbers of ARCHITECTURE.md, as somebody sees them who looks from outside.
extension SimulatedCluster {
    /// What must be true of a message at the moment at which the coordinator says it.
    func check(_ message: CoordinatorMessage, to worker: SimulatedWorker) {
        switch message {
        case .assign(let name, _, _, _, let inputs):
            checkInputs(inputs, of: name)
            checkCheckpoint(inputs.checkpoint, of: name)
            if store.attempts[name.task]?[name.attempt]?.worker != worker.id {
                violate("4: attempt \(name.attempt) of \(name.task.short) is assigned and not on disk")
            }
            if let last = observer.lastAssigned[name.task], name.attempt <= last {
                violate("5: attempt \(name.attempt) of \(name.task.short) follows \(last)")
            }
            observer.assigned(name, to: worker.id, at: now)
            let held = coordinator?.heldTasks(of: worker.id) ?? 0
            let credit = observer.credit(of: worker.id)
            if held > credit { violate("6: \(worker.id.short) has \(held) of \(credit) executions") }
            checkOrders(name, worker.id)
        case .acknowledged(let name, let trial, let outcome):
            // What was never a worker's own may be thrown away.
            guard store.attempts[name.task]?[name.attempt]?.worker == worker.id else { return }
            check(outcome, of: trial, name)
        default: break
        }
    }

    /// A task begins from what is on disk of all that it requires, and from nothing else.
    private func checkInputs(_ inputs: TaskInputs, of name: AttemptName) {
        let task = plan.sweeps.lazy.flatMap(\.tasks).first { $0.id == name.task }
        for trial in task?.requires ?? [] where store.rows[trial] == nil {
            violate("17: \(name.task.short) is assigned before \(trial.short), which it requires, is on disk")
        }
        if inputs.artifacts != store.artifacts(of: task?.requires ?? []) {
            violate("17: \(name.task.short) is assigned with other artifacts than those that are on disk")
        }
    }

    private func check(_ outcome: OfferOutcome, of trial: TrialID, _ name: AttemptName) {
        switch outcome {
        case .stored, .duplicate:
            guard let row = store.rows[trial] else {
                violate("2: \(trial.short) is acknowledged and not on disk")
                return
            }
            if outcome == .duplicate, row.name != name, store.divergences[trial]?.contains(name) != true,
                !observer.cancelled.contains(where: { sweep(of: name.task) == $0 })
            {
                violate("15: another result of \(trial.short) is not compared with the first one")
            }
        case .unwanted:
            let isGivenUp =
                store.failedTasks.contains(name.task)
                || sweep(of: name.task).map(observer.cancelled.contains) != false
            if store.rows[trial] == nil, !isGivenUp, plan.fates[trial] != .contradictory {
                violate("3: the result of \(trial.short) is thrown away")
            }
        case .unknown: violate("3: the result of \(trial.short) is not taken, although the disk knows its attempt")
        }
    }

    /// What must be true of records at the moment at which the coordinator gives them to the disk.
    func check(_ records: [Record]) {
        for record in records {
            switch record {
            case .attemptStarted(let task, let attempt, let worker):
                let live = observer.open[task]?.count ?? 0
                let isCopy = observer.copies.contains(AttemptName(task, attempt))
                if live > (isCopy ? 1 : 0) {
                    violate("7: attempt \(attempt) of \(task.short) begins while \(live) are live")
                }
                observer.began(AttemptName(task, attempt))
                checkKey(of: worker)
            case .attemptEnded(let task, let attempt, _): observer.finished(AttemptName(task, attempt))
            case .result(let trial, let task, _, let worker, _):
                if let sweep = sweep(of: task),
                    observer.cancelled.contains(sweep), store.rows[trial] == nil
                {
                    violate("8: \(trial.short) gets a result after its sweep was cancelled")
                }
                checkKey(of: worker)
            case .stray(_, _, _, let worker, _): checkKey(of: worker)
            // A worker that had joined before may be written down only now.
            case .joined, .taskFailed, .excused: break
            }
        }
    }

    private func sweep(of task: TaskID) -> SweepID? {
        plan.sweeps.first { sweep in sweep.tasks.contains { $0.id == task } }?.id
    }

    /// Whoever has an attempt that is called off is told so at once, if there is a connection.
    func checkCancels(in effects: [Coordinator.Effect]) {
        for case .send(.cancel(let name), _) in effects { observer.calledOff.insert(name) }
        // A disk that refuses is given ends once more, long after whoever they are about was told.
        guard !plan.faults.contains(.fullDisk) else { return }
        for case .commit(_, let records) in effects {
            for case .attemptEnded(let task, let attempt, .cancelled) in records {
                guard let worker = store.attempts[task]?[attempt]?.worker, coordinator?.isConnected(worker) == true
                else { continue }
                if !observer.calledOff.contains(AttemptName(task, attempt)) {
                    violate("7: \(worker.short) goes on with \(task.short), which is called off")
                }
            }
        }
    }

    private func checkKey(of worker: WorkerID) {
        if observer.revoked.contains(worker) { violate("9: \(worker.short) is heard after its key was revoked") }
    }

    /// What must be true of the rows that records have just become.
    func checkRows(_ records: [Record]) {
        for record in records {
            switch record {
            case .result(let trial, let task, let attempt, _, let result):
                checkRow(of: trial)
                if plan.fates[trial] == .large, store.rows[trial] != nil,
                    result != plan.result(of: trial, AttemptName(task, attempt))
                {
                    violate("1: the result of \(trial.short) is not what its worker found")
                }
            case .stray(let trial, _, _, _, _): checkRow(of: trial)
            case .attemptStarted, .attemptEnded, .taskFailed, .excused, .joined: break
            }
        }
    }

    /// What must be true of attempts that are about to be on disk: their tasks have not failed far too often.
    ///
    /// Beyond its budget a task may go on with a copy, and once more when that is handed back, or lost with a coordinator.
    func checkBudgets(_ records: [Record]) {
        // A disk that refuses learns late what is excused.
        guard !plan.faults.contains(.fullDisk) else { return }
        for case .attemptStarted(let task, let attempt, _) in records {
            let failures = (store.attempts[task] ?? [:]).values.compactMap(\.failure)
            for kind in FailureKind.allCases {
                let count = failures.count { $0 == kind }
                guard count > (plan.policy.retries[kind] ?? 0) + 2 else { continue }
                violate("16: attempt \(attempt) of \(task.short) begins after \(count) failures (\(kind.rawValue))")
            }
        }
    }

    private func checkRow(of trial: TrialID) {
        guard let row = store.rows[trial] else { return }
        if row.figure == SimulationPlan.lie.metrics.first?.value {
            violate("9: the result of \(trial.short) comes from a worker that was never given it")
        }
        if let first = observer.firstRows[trial], first != row { violate("1: the row of \(trial.short) changes") }
        observer.stored(row, of: trial)
    }

    /// What must be true of what the coordinator makes of a worker's word, or of its silence.
    func check(_ report: Report) {
        switch report {
        case .attemptFailed(let name, let worker, _, _), .attemptHandedBack(let name, let worker):
            guard !observer.hasEnded(name, worker), !hasContradictions(name.task) else { return }
            violate("14: attempt \(name.attempt) of \(name.task.short) ends, and its worker never said so")
        case .attemptLost(let name, let worker):
            if let silence = observer.silence(about: name, of: worker, at: now), silence < plan.policy.lease {
                violate("14: attempt \(name.attempt) of \(name.task.short) is taken away after \(silence) of silence")
            }
        case .copied(let name, _): observer.copies.insert(name)
        default: break
        }
    }

    private func hasContradictions(_ task: TaskID) -> Bool {
        plan.sweeps.flatMap(\.tasks).first { $0.id == task }?.trials.contains { plan.fates[$0] == .contradictory }
            == true
    }

    /// Whether what is on disk at the end is what was asked for.
    func checkTheEnd() {
        guard broken.isEmpty else { return }
        for task in plan.sweeps.flatMap(\.tasks) where !observer.cancelled.contains(task.sweep) {
            let missing = task.trials.filter { store.rows[$0] == nil }
            if !missing.isEmpty, !store.failedTasks.contains(task.id), !hasFailedUnrecorded(task.id) {
                violate("1: task \(task.id.short) has ended without \(missing.count) results")
            }
        }
    }

    /// A full disk may have refused to note a failure; then it is known to this coordinator only.
    private func hasFailedUnrecorded(_ task: TaskID) -> Bool {
        plan.faults.contains(.fullDisk) && coordinator?.why(task, at: coordinatorNow)?.state == "failed"
    }
}
