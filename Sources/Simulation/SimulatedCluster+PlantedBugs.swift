import Coordination

/// Where the planted bugs are made: in what goes into the coordinator, and in what comes out.
extension SimulatedCluster {
    func spoiled(_ event: Coordinator.Event) -> Coordinator.Event {
        switch (bug, event) {
        case (.graceForgotten, .submitted(let sweep, let tasks)):
            .submitted(
                sweep,
                tasks.map { task in
                    executions(of: task) {
                        Execution($0.attempt, worker: $0.worker, isOpen: false, failure: $0.failure)
                    }
                })
        case (.budgetForgotten, .submitted(let sweep, let tasks)):
            .submitted(
                sweep,
                tasks.map { task in
                    executions(of: task) { Execution($0.attempt, worker: $0.worker, isOpen: $0.isOpen) }
                })
        case (.attemptNumberReused, .submitted(let sweep, let tasks)):
            .submitted(
                sweep,
                tasks.map { task in
                    SweepTask(
                        id: task.id, sweep: task.sweep, body: task.body, trials: task.trials, requires: task.requires,
                        artifacts: task.artifacts
                    ).taking(memory: task.memory)
                })
        case (.requirementsIgnored, .submitted(let sweep, let tasks)):
            .submitted(
                sweep,
                tasks.map { task in
                    SweepTask(
                        id: task.id, sweep: task.sweep, body: task.body, trials: task.trials,
                        nextAttempt: task.nextAttempt, executions: task.executions
                    ).taking(memory: task.memory)
                })
        case (.pausedSweepServed, .paused(let sweep)): .resumed(sweep)
        case (.leaverServed, .departureOrdered): .woke
        case (_, .received(let message, let peer)): spoiled(message, from: peer)
        default: event
        }
    }

    /// The same task with other executions.
    private func executions(of task: SweepTask, _ change: (Execution) -> Execution) -> SweepTask {
        SweepTask(
            id: task.id, sweep: task.sweep, body: task.body, trials: task.trials, nextAttempt: task.nextAttempt,
            executions: task.executions.map(change), requires: task.requires, artifacts: task.artifacts
        ).taking(memory: task.memory)
    }

    private func spoiled(_ message: WorkerMessage, from peer: Coordinator.Peer) -> Coordinator.Event {
        switch (bug, message) {
        case (.oldAttemptAccepted, .failed(let name, let kind, let cause)):
            if let (live, holder) = liveAttempt(of: name) {
                return .received(.failed(live, kind, cause: cause), from: holder)
            }
        case (.oldAttemptAccepted, .handedBack(let name)):
            if let (live, holder) = liveAttempt(of: name) { return .received(.handedBack(live), from: holder) }
        case (.foreignResultAccepted, .offer(let offer)):
            let giver = store.attempts[offer.name.task]?[offer.name.attempt]?.worker
            if let giver, let holder = currentPeer(of: giver) { return .received(message, from: holder) }
        case (.exceededCredit, .heartbeat(let credit, let held, let standstill)):
            return .received(.heartbeat(credit: credit + 1, held: held, standstill: standstill), from: peer)
        case (.helloNotIdempotent, .hello(let hello)):
            guard observer.hasGreeted(hello.worker) else { break }
            let emptied = Hello(
                worker: hello.worker, incarnation: hello.incarnation, host: hello.host,
                programVersion: hello.programVersion, threads: hello.threads, epoch: hello.epoch, held: [],
                memory: hello.memory)
            return .received(.hello(emptied), from: peer)
        case (.chunkAppendedTwice, .chunk(let name, let trial, _, let bytes)):
            guard let expected = wantedOffsets[peer] else { break }
            wantedOffsets[peer] = expected + bytes.count
            return .received(.chunk(name, trial, offset: expected, bytes: bytes), from: peer)
        default: break
        }
        return .received(message, from: peer)
    }

    /// The attempt of a task that somebody has now, if it is another one than this.
    private func liveAttempt(of name: AttemptName) -> (AttemptName, Coordinator.Peer)? {
        guard let live = coordinator?.liveExecutions(of: name.task).first, live.attempt > name.attempt,
            let holder = currentPeer(of: live.worker)
        else { return nil }
        return (AttemptName(name.task, live.attempt), holder)
    }

    private func currentPeer(of worker: WorkerID) -> Coordinator.Peer? {
        let connection = workers.first { $0.id == worker }?.connection
        return connection.flatMap { network.connections[$0]?.peer }
    }

    func spoiled(_ effects: [Coordinator.Effect]) -> [Coordinator.Effect] {
        switch bug {
        case .attemptNotPersisted:
            effects.map { effect in
                guard case .commit(let number, let records) = effect else { return effect }
                return .commit(number, records.filter { if case .attemptStarted = $0 { false } else { true } })
            }
        case .divergenceNotRecorded:
            effects.map { effect in
                guard case .commit(let number, let records) = effect else { return effect }
                return .commit(
                    number,
                    records.filter { record in
                        if case .result(let trial, _, _, _, _) = record { store.rows[trial] == nil } else { true }
                    })
            }
        case .copyNotCancelled: effects.filter { if case .send(.cancel, _) = $0 { false } else { true } }
        case .chunkAppendedTwice:
            effects.map { effect in
                if case .send(.want(_, _, let offset, _), let peer) = effect { wantedOffsets[peer] = offset }
                return effect
            }
        default: effects
        }
    }

    /// What the coordinator is told of results that the disk has not begun to write.
    func spoiledAnswer(to number: Coordinator.CommitNumber, _ records: [Record]) {
        guard bug == .acknowledgedBeforeCommit, case .result = records.first else { return }
        agenda.add(.diskAnswers([.committed(number)], life: coordinatorLife), at: now)
    }

    static func spoiled(_ policy: Policy, by bug: PlantedBug?) -> Policy {
        var policy = policy
        if bug == .thirdCopy { policy.copies = 3 }
        if bug == .budgetNotCounted { for kind in FailureKind.allCases { policy.retries[kind] = .max } }
        return policy
    }

    static func flaw(of bug: PlantedBug?) -> Flaw? {
        switch bug {
        case .forgottenRequeue: .forgottenRequeue
        case .lostCredit: .lostCredit
        default: nil
        }
    }
}
