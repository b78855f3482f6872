import Coordination

extension SimulatedCluster {
    func startCoordinator() {
        guard coordinator == nil else { return }
        coordinatorLife += 1
        coordinatorBornAt = now
        let epoch = bug == .epochNotRaised ? max(1, store.epoch) : store.raiseEpoch()
        coordinator = Coordinator(epoch: epoch, policy: policy)
        coordinator?.flaw = Self.flaw(of: bug)
        observer.coordinatorStarted(epoch, store, at: now).forEach(violate)
        tellCheckpoints()
        for sweep in store.pausedSweeps.sorted() { tellCoordinator(.paused(sweep)) }
        for sweep in submitted.sorted() { tellCoordinator(submission(of: sweep)) }
    }

    func submit(_ sweep: Int) {
        guard coordinator != nil else {
            agenda.add(.submit(sweep), at: now + .seconds(5))
            return
        }
        submitted.insert(sweep)
        tellCoordinator(submission(of: sweep))
    }

    private func submission(of sweep: Int) -> Coordinator.Event {
        .submitted(plan.sweeps[sweep].id, store.openTasks(of: plan.sweeps[sweep]))
    }

    func cancel(_ sweep: SweepID) {
        if bug != .cancelNotDurable { store.cancel(sweep) }
        observer.cancelled.insert(sweep)
        tellCoordinator(.cancelled(sweep))
    }

    /// What was not on disk is gone, and the other sides of the connections find out one by one.
    func crashCoordinator() {
        guard coordinator != nil else { return }
        coordinator = nil
        commits = []
        diskIsBusy = false
        for worker in workers.indices {
            guard let connection = workers[worker].connection else { continue }
            network.breakDown(connection)
            agenda.add(.workerIsDisconnected(worker, connection), at: now + draw(1, 20_000))
        }
    }

    func tellCoordinator(_ event: Coordinator.Event) {
        if case .unreachable(let peer) = event { observer.closed(peer) }
        let (given, time) = (spoiled(event), coordinatorNow)
        guard let all = coordinator?.handle(given, at: time) else { return }
        let effects = spoiled(all)
        checkCancels(in: effects)
        // A tick without effects changes nothing, and looking at everything takes its time.
        if effects.count > 1 || event != .woke { lookInside() }
        for effect in effects { carryOut(effect) }
    }

    /// Looks at the coordinator's whole state; in a large cluster only now and then, so that time is linear in events.
    private func lookInside() {
        observer.eventsSinceLook += 1
        guard observer.eventsSinceLook * 16 >= workers.count else { return }
        observer.eventsSinceLook = 0
        coordinator?.brokenInvariants.forEach(violate)
    }

    private func carryOut(_ effect: Coordinator.Effect) {
        switch effect {
        case .send(let message, let peer): send(message, to: peer)
        case .commit(let number, let records):
            check(records)
            commits.append((number, records))
            spoiledAnswer(to: number, records)
            startDisk()
        case .keepCheckpoint, .dropCheckpoint: carryOutOnFiles(effect)
        case .close(let peer):
            network.close(peer)
            observer.closed(peer)
        case .wake(let moment):
            let time = now + moment.duration(since: coordinatorNow)
            agenda.add(.coordinatorWakes(life: coordinatorLife), at: min(time, now + policy.tick))
        case .report(let report): check(report)
        }
    }

    private func send(_ message: CoordinatorMessage, to peer: Coordinator.Peer) {
        guard let connection = network.connection(of: peer), let state = network.connections[connection] else { return }
        check(message, to: workers[state.worker])
        log?("\(now) coordinator to worker \(state.worker): \(message)")
        let arrivals = network.arrivals(on: connection, isUp: false, at: now, &random)
        for arrival in arrivals { agenda.add(.toWorker(connection, asSent(message)), at: arrival) }
        if arrivals.isEmpty, random.percent(30) {
            agenda.add(.unreachable(peer, life: coordinatorLife), at: now)
        }
    }

    /// What comes out when the message has been bytes in between.
    private func asSent(_ message: CoordinatorMessage) -> CoordinatorMessage {
        guard plan.usesWireFormat else { return message }
        do throws(WireError) {
            return try CoordinatorMessage(body: message.body)
        } catch {
            violate("a coordinator's message is refused: \(error)")
            return message
        }
    }

    func receive(_ message: WorkerMessage, on connection: SimulatedNetwork.ConnectionID) {
        guard coordinator != nil, let state = network.connections[connection],
            state.coordinatorLife == coordinatorLife, isWelcome(workers[state.worker].id),
            let peer = network.peer(of: connection)
        else { return }
        observer.heard(message, from: peer, of: workers[state.worker].id, at: now)
        tellCoordinator(.received(message, from: peer))
    }

    func isWelcome(_ worker: WorkerID) -> Bool {
        !observer.revoked.contains(worker) || bug == .revokedKeyAccepted
    }

    // MARK: The disk

    /// One thing at a time, and everything that waits in one go.
    private func startDisk() {
        guard !diskIsBusy, !commits.isEmpty else { return }
        diskIsBusy = true
        agenda.add(.diskIsDone(life: coordinatorLife), at: now + (diskIsSlow ? draw(500, 10_000) : draw(1, 30)))
    }

    func finishDisk() {
        diskIsBusy = false
        let written = commits
        commits = []
        var answers: [Coordinator.Event] = []
        if diskRefuses, bug == .refusalTakenForCommit {
            answers = written.map { .committed($0.number) }
        } else if diskRefuses {
            for commit in written { observer.refused(commit.records) }
            answers = written.map { .commitRefused($0.number, cause: "the disk is full") }
        } else {
            for commit in written {
                let records = recordsWithFiles(commit.records, &answers)
                answers += write(records)
            }
            answers += written.map { .committed($0.number) }
        }
        agenda.add(.diskAnswers(answers, life: coordinatorLife), at: now + draw(0, 5))
        startDisk()
    }

    private func write(_ records: [Record]) -> [Coordinator.Event] {
        guard bug != .unsyncedCommit else {
            agenda.add(.diskSyncs(records, life: coordinatorLife), at: now + draw(1000, 5000))
            return []
        }
        return sync(records)
    }

    @discardableResult
    func sync(_ records: [Record]) -> [Coordinator.Event] {
        checkBudgets(records)
        let leftOut = store.apply(
            records, plan, replacesRows: bug == .resultReplaced, trustsStrays: bug == .strayTrusted)
        checkRows(records)
        return leftOut
    }
}
