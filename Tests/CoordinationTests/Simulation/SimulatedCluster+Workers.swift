import Coordination

extension SimulatedCluster {
    func startWorker(_ index: Int) {
        guard workers[index].machine == nil else { return }
        workers[index].start(at: now, plan.policy)
        agenda.add(.workerConnects(index, life: workers[index].life), at: now + draw(0, 300))
    }

    func crashWorker(_ index: Int) {
        if let connection = workers[index].connection { network.breakDown(connection) }
        workers[index].crash()
    }

    func connect(_ index: Int) {
        guard workers[index].machine != nil, workers[index].connection == nil else { return }
        guard coordinator != nil, !partitioned.contains(index) else {
            tellWorker(index, .disconnected)
            return
        }
        workers[index].connection = network.connect(
            worker: index, life: workers[index].life, coordinatorLife: coordinatorLife)
        tellWorker(index, .connected)
    }

    func tellWorker(_ index: Int, _ event: Worker.Event) {
        let time = Moment(sinceStart: now - workers[index].bornAt)
        guard let effects = workers[index].machine?.handle(event, at: time) else { return }
        workers[index].brokenInvariants.forEach(violate)
        for effect in effects { carryOut(effect, of: index) }
    }

    private func carryOut(_ effect: Worker.Effect, of index: Int) {
        let life = workers[index].life
        switch effect {
        case .send(let message): send(message, from: index)
        case .spool(let entry): agenda.add(.spoolIsDone(index, life: life, entry), at: now + draw(1, 200))
        case .unspool(let key):
            if workers[index].unacknowledged.contains(key) { violate("3: \(key.trial.short) is unspooled too early") }
            agenda.add(.unspoolIsDone(index, life: life, key), at: now + draw(1, 200))
        case .start(let name, _, let trials):
            workers[index].computing.insert(name)
            compute(name, trials, on: index)
        case .stop(let name): workers[index].computing.remove(name)
        case .reconnect(let failures):
            // What the old connection still carries up may arrive later; nothing comes down from it.
            if let old = workers[index].connection { network.breakDown(old, up: false) }
            workers[index].connection = nil
            agenda.add(.workerConnects(index, life: life), at: now + draw(1, 250 << min(failures, 7)))
        case .wake(let moment):
            agenda.add(.workerWakes(index, life: life), at: workers[index].bornAt + moment.sinceStart)
        case .report: break
        case .exit: crashWorker(index)
        }
    }

    private func send(_ message: WorkerMessage, from index: Int) {
        guard let connection = workers[index].connection else { return }
        let frame = Frame(kind: .message, version: 1, session: 0, sequence: 1, body: message.body)
        guard let arrival = network.arrival(on: connection, isUp: true, at: now, &random) else { return }
        agenda.add(.toCoordinator(connection, header: frame.header, body: frame.body), at: arrival)
    }

    func receive(_ header: [UInt8], _ body: [UInt8], onWorkers connection: SimulatedNetwork.ConnectionID) {
        guard let index = network.connections[connection]?.worker, workers[index].connection == connection else {
            return
        }
        do throws(WireError) {
            let message = try CoordinatorMessage(body: try Frame(header: header, body: body).body)
            if case .acknowledged(let name, let trial, _) = message {
                workers[index].unacknowledged.remove(SpoolEntry.Key(.unnamed, name, trial))
            }
            tellWorker(index, .received(message))
        } catch {
            violate("a coordinator's message is refused: \(error)")
        }
    }

    // MARK: Computing

    private func compute(_ name: AttemptName, _ trials: [TrialID], on index: Int) {
        let time = random.percent(3) ? draw(30_000, 120_000) : draw(200, 15_000)
        agenda.add(.trialEnds(index, life: workers[index].life, name, trials), at: now + time)
    }

    /// The first of these trials has ended; then comes the next one.
    func endTrial(_ name: AttemptName, _ trials: [TrialID], on index: Int) {
        guard workers[index].computing.contains(name) else { return }
        guard let trial = trials.first else {
            workers[index].computing.remove(name)
            tellWorker(index, .ended(name))
            return
        }
        if let kind = failure(of: trial) {
            workers[index].computing.remove(name)
            tellWorker(index, .failed(name, kind, cause: "it was drawn so"))
            return
        }
        tellWorker(index, .progressed(name, fraction: 0.5, note: ""))
        workers[index].unacknowledged.insert(SpoolEntry.Key(.unnamed, name, trial))
        tellWorker(index, .finished(name, trial, plan.result(of: trial, name)))
        if trials.count == 1, random.percent(50) {
            endTrial(name, [], on: index)
        } else {
            compute(name, Array(trials.dropFirst()), on: index)
        }
    }

    /// The disk has written a result, or refuses it.
    func endSpooling(_ entry: SpoolEntry, on index: Int) {
        guard !(plan.faults.contains(.fullDisk) && random.percent(10)) else {
            tellWorker(index, .spoolRefused([entry.key], cause: "it was drawn so"))
            return
        }
        workers[index].write(entry)
        tellWorker(index, .spooled([entry.key]))
    }

    private func failure(of trial: TrialID) -> FailureKind? {
        if plan.fates[trial] == .poison { return .trial }
        guard plan.faults.contains(.failures), random.percent(3) else { return nil }
        return [FailureKind.trial, .memory, .host].randomElement(using: &random)
    }
}
