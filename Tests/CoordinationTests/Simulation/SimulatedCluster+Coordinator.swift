import Coordination

extension SimulatedCluster {
    func startCoordinator() {
        guard coordinator == nil else { return }
        coordinatorLife += 1
        coordinatorBornAt = now
        coordinator = Coordinator(epoch: store.raiseEpoch(), policy: plan.policy)
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
        store.cancel(sweep)
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
        guard let effects = coordinator?.handle(event, at: coordinatorNow) else { return }
        // A tick without effects changes nothing, and looking at everything takes its time.
        if effects.count > 1 || event != .woke { coordinator.map { $0.brokenInvariants.forEach(violate) } }
        for effect in effects { carryOut(effect) }
    }

    private func carryOut(_ effect: Coordinator.Effect) {
        switch effect {
        case .send(let message, let peer): send(message, to: peer)
        case .commit(let number, let records):
            commits.append((number, records))
            startDisk()
        case .close(let peer): network.close(peer)
        case .wake(let moment):
            agenda.add(.coordinatorWakes(life: coordinatorLife), at: coordinatorBornAt + moment.sinceStart)
        case .report(let report): check(report)
        }
    }

    private func send(_ message: CoordinatorMessage, to peer: Coordinator.Peer) {
        guard let connection = network.connection(of: peer), let state = network.connections[connection] else { return }
        check(message, to: workers[state.worker])
        let frame = Frame(kind: .message, version: 1, session: peer, sequence: 1, body: message.body)
        mix(UInt64(CRC32C.checksum(of: frame.header)))
        if let arrival = network.arrival(on: connection, isUp: false, at: now, &random) {
            agenda.add(.toWorker(connection, header: frame.header, body: frame.body), at: arrival)
        } else if random.percent(30) {
            agenda.add(.unreachable(peer, life: coordinatorLife), at: now)
        }
    }

    func receive(_ header: [UInt8], _ body: [UInt8], on connection: SimulatedNetwork.ConnectionID) {
        guard coordinator != nil, network.connections[connection]?.coordinatorLife == coordinatorLife,
            let peer = network.peer(of: connection)
        else { return }
        mix(UInt64(CRC32C.checksum(of: header)))
        do throws(WireError) {
            tellCoordinator(.received(try WorkerMessage(body: try Frame(header: header, body: body).body), from: peer))
        } catch {
            violate("a worker's message is refused: \(error)")
        }
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
        if diskRefuses {
            answers = written.map { .commitRefused($0.number, cause: "the disk is full") }
        } else {
            var refused: [TrialID] = []
            for commit in written { refused += store.apply(commit.records, plan) }
            answers = refused.map { .rejected($0, cause: SimulatedStore.contradiction) }
            answers += written.map { .committed($0.number) }
        }
        agenda.add(.diskAnswers(answers, life: coordinatorLife), at: now + draw(0, 5))
        startDisk()
    }
}
