import Coordination

extension SimulatedCluster {
    func startWorker(_ index: Int) {
        guard workers[index].machine == nil else { return }
        workers[index].start(at: now, plan)
        agenda.add(.workerConnects(index, life: workers[index].life), at: now + draw(0, 300))
        if plan.rules != nil { agenda.add(.workerLooks(index, life: workers[index].life), at: now + draw(0, 1000)) }
    }

    func crashWorker(_ index: Int) {
        if let connection = workers[index].connection { network.breakDown(connection) }
        workers[index].crash()
    }

    func connect(_ index: Int) {
        guard workers[index].machine != nil, workers[index].connection == nil else { return }
        guard coordinator != nil, !partitioned.contains(index), isWelcome(workers[index].id) else {
            tellWorker(index, .disconnected)
            return
        }
        workers[index].connection = network.connect(
            worker: index, life: workers[index].life, coordinatorLife: coordinatorLife)
        tellWorker(index, .connected)
    }

    func tellWorker(_ index: Int, _ event: Worker.Event) {
        let time = workers[index].clock(at: now)
        guard let effects = workers[index].machine?.handle(event, at: time) else { return }
        if event != .woke { workers[index].brokenInvariants.forEach(violate) }
        for effect in effects { carryOut(effect, of: index) }
    }

    private func carryOut(_ effect: Worker.Effect, of index: Int) {
        let life = workers[index].life
        switch effect {
        case .send(let message):
            observer.said(message, workers[index].id)
            if case .offer(let offer) = message,
                !workers[index].mayOffer(SpoolEntry.Key(.unnamed, offer.name, offer.trial))
            {
                violate("3: \(offer.trial.short) is offered before it is spooled")
            }
            send(message, from: index)
            if bug == .spoolDeletedAtOffer, case .offer(let offer) = message {
                tellWorker(index, .received(.acknowledged(offer.name, offer.trial, .stored)))
            }
        case .spool(let entry):
            workers[index].beginWriting(entry)
            agenda.add(.spoolIsDone(index, life: life, entry), at: now + draw(1, 200))
        case .unspool(let key):
            if workers[index].unacknowledged.contains(key) { violate("3: \(key.trial.short) is unspooled too early") }
            agenda.add(.unspoolIsDone(index, life: life, key), at: now + draw(1, 200))
        case .upload(let file, _):
            agenda.add(.uploadIsDone(index, life: life, file.name), at: now + Self.uploadTime(of: file.name))
        case .forgetFile: break
        case .start(let name, _, let trials, _):
            workers[index].enqueue(name, trials)
            computeNext(on: index)
        case .stop(let name):
            workers[index].stop(name)
            computeNext(on: index)
        case .suspend: workers[index].isSuspended = true
        case .resume: workers[index].isSuspended = false
        case .dismiss:
            if workers[index].computing != nil { violate("a computation is ended that was not stopped") }
        case .reconnect(let failures):
            // What the old connection still carries up may arrive later; nothing comes down from it.
            if let old = workers[index].connection { network.breakDown(old, up: false) }
            workers[index].connection = nil
            agenda.add(.workerConnects(index, life: life), at: now + draw(1, 250 << min(failures, 7)))
        case .wake(let moment): agenda.add(.workerWakes(index, life: life), at: workers[index].time(of: moment))
        case .report: break
        case .exit:
            if bug == .spoolDroppedAtDrain { workers[index].wipe() }
            let lost = workers[index].finishWriting()
            if lost > 0 { violate("3: worker \(workers[index].id.short) leaves without \(lost) results") }
            crashWorker(index)
            agenda.add(.workerStarts(index), at: now + draw(2_000, 60_000))
        }
    }

    /// Looks whether the machine's owner is there; the worker's own time goes on while it stands still.
    func look(_ index: Int) {
        let isUsed = workers[index].ownerStaysUntil > now
        let seen = HostObservation(
            input: .idle(isUsed ? .zero : .seconds(86_400)), time: LocalTime(day: 0, minute: 0))
        tellWorker(index, .observed(seen))
        agenda.add(.workerLooks(index, life: workers[index].life), at: now + draw(1_000, 3_000))
    }

    func send(_ message: WorkerMessage, from index: Int) {
        guard let connection = workers[index].connection else { return }
        log?("\(now) worker \(index) to coordinator: \(message)")
        for arrival in network.arrivals(on: connection, isUp: true, at: now, &random) {
            agenda.add(.toCoordinator(connection, asSent(message)), at: arrival)
        }
    }

    /// Says something of an attempt that another worker has.
    func lie(_ index: Int) {
        guard now < Self.faultsEnd, random.percent(10) else { return }
        let task = random.element(of: random.element(of: plan.sweeps).tasks)
        guard let attempt = observer.lastAssigned[task.id] else { return }
        let name = AttemptName(task.id, attempt)
        guard store.attempts[task.id]?[attempt]?.worker != workers[index].id else { return }
        let trial = random.element(of: task.trials)
        let lies: [WorkerMessage] = [
            .failed(name, .trial, cause: "a lie"), .handedBack(name), .progress(name, fraction: 1, note: "a lie"),
            .offer(Offer(name, trial, SimulationPlan.lie, hasValues: true)),
            .chunk(name, trial, offset: 0, bytes: [0]),
        ]
        send(random.element(of: lies), from: index)
    }

    /// What comes out when the message has been bytes in between.
    private func asSent(_ message: WorkerMessage) -> WorkerMessage {
        guard plan.usesWireFormat else { return message }
        do throws(WireError) {
            return try WorkerMessage(body: message.body)
        } catch {
            violate("a worker's message is refused: \(error)")
            return message
        }
    }

    func receive(_ message: CoordinatorMessage, onWorkers connection: SimulatedNetwork.ConnectionID) {
        guard let index = network.connections[connection]?.worker, workers[index].connection == connection else {
            return
        }
        if case .welcome = message { workers[index].isWelcome = true }
        if case .assign(let name, _, _, _, _) = message, workers[index].memory > 0,
            plan.memory[name.task] ?? 0 > workers[index].memory
        {
            violate("\(name.task.short) is given to a worker that is too small for it")
        }
        if case .acknowledged(let name, let trial, let outcome) = message, outcome != .unknown, workers[index].isWelcome
        {
            workers[index].unacknowledged.remove(SpoolEntry.Key(.unnamed, name, trial))
        }
        tellWorker(index, .received(message))
    }

    // MARK: Computing

    private func computeNext(on index: Int) {
        if let (name, trials) = workers[index].beginNext() { compute(name, trials, on: index) }
    }

    private func compute(_ name: AttemptName, _ trials: [TrialID], on index: Int) {
        var time = random.percent(3) ? draw(30_000, 120_000) : plan.hasShortTrials ? draw(1, 30) : draw(200, 15_000)
        switch workers[index].character {
        case .slow: time *= 8
        case .broken: time = draw(1, 3_000)
        case .sound, .lying: break
        }
        guard let run = workers[index].computing?.run else { return }
        agenda.add(.trialEnds(index, run: run, name, trials), at: now + time)
    }

    /// The first of these trials has ended; then comes the next one.
    func endTrial(_ name: AttemptName, _ trials: [TrialID], on index: Int) {
        guard let trial = trials.first else {
            workers[index].stop(name)
            tellWorker(index, .ended(name))
            computeNext(on: index)
            return
        }
        if let kind = failure(of: trial, on: index) {
            workers[index].stop(name)
            tellWorker(index, .failed(name, kind, cause: "it was drawn so"))
            computeNext(on: index)
            return
        }
        tellWorker(index, .progressed(name, fraction: 0.5, note: ""))
        if let checkpoint = checkpoint(of: name) { tellWorker(index, .checkpointed(name, checkpoint)) }
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
            workers[index].refuse(entry)
            tellWorker(index, .spoolRefused([entry.key], cause: "it was drawn so"))
            return
        }
        workers[index].write(entry)
        tellWorker(index, .spooled([entry.key]))
    }

    private func failure(of trial: TrialID, on index: Int) -> FailureKind? {
        if workers[index].character == .broken { return .host }
        if plan.fates[trial] == .poison { return .trial }
        guard plan.faults.contains(.failures), random.percent(3) else { return nil }
        return random.element(of: [.trial, .memory, .host])
    }
}
