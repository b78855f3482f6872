import Coordination

extension SimulatedCluster {
    func happen(_ event: Event) {
        switch event {
        case .submit(let sweep): submit(sweep)
        case .cancel(let sweep): cancel(sweep)
        case .toCoordinator(let connection, let message): receive(message, on: connection)
        case .coordinatorWakes(let life): if life == coordinatorLife { tellCoordinator(.woke) }
        case .unreachable(let peer, let life): if life == coordinatorLife { tellCoordinator(.unreachable(peer)) }
        case .diskIsDone(let life): if life == coordinatorLife, coordinator != nil { finishDisk() }
        case .diskAnswers(let answers, let life):
            if life == coordinatorLife { for answer in answers { tellCoordinator(answer) } }
        case .diskSyncs(let records, let life): if life == coordinatorLife { sync(records) }
        case .checkpointIsKept(let task, let checkpoint, let life):
            if life == coordinatorLife, coordinator != nil { keep(checkpoint, of: task) }
        case .fault(let fault): strike(fault)
        case .workerStarts(let index): startWorker(index)
        case .coordinatorStarts: startCoordinator()
        case .resume(let sweep): resume(sweep)
        case .partitionHeals(let index): partitioned.remove(index)
        case .diskAccepts: diskRefuses = false
        case .diskIsFast: diskIsSlow = false
        case .toWorker, .workerConnects, .workerIsDisconnected, .workerWakes, .workerLooks, .trialEnds, .spoolIsDone,
            .unspoolIsDone, .uploadIsDone:
            happenToWorker(event)
        }
    }

    private func happenToWorker(_ event: Event) {
        guard let index = worker(of: event) else { return }
        guard workers[index].frozenUntil <= now else {
            agenda.add(event, at: workers[index].frozenUntil)
            return
        }
        let life = workers[index].life
        switch event {
        case .toWorker(let connection, let message): receive(message, onWorkers: connection)
        case .workerConnects(_, life): connect(index)
        case .workerIsDisconnected(_, let connection):
            if workers[index].connection == connection { tellWorker(index, .disconnected) }
        case .workerWakes(_, life):
            tellWorker(index, .woke)
            if workers[index].character == .lying { lie(index) }
        case .workerLooks(_, life): look(index)
        case .trialEnds(_, let run, let name, let trials):
            guard let computing = workers[index].computing, computing == (name, run) else { break }
            guard !workers[index].isSuspended else {
                agenda.add(event, at: now + draw(1_000, 3_000))
                break
            }
            endTrial(name, trials, on: index)
        case .spoolIsDone(_, life, let entry): endSpooling(entry, on: index)
        case .unspoolIsDone(_, life, let key): workers[index].remove(key)
        case .uploadIsDone(_, life, let file): endUpload(file, on: index)
        default: break
        }
    }

    private func worker(of event: Event) -> Int? {
        switch event {
        case .toWorker(let connection, _): network.connections[connection]?.worker
        case .workerConnects(let index, _), .workerIsDisconnected(let index, _), .workerWakes(let index, _),
            .workerLooks(let index, _), .trialEnds(let index, _, _, _), .spoolIsDone(let index, _, _),
            .unspoolIsDone(let index, _, _), .uploadIsDone(let index, _, _):
            index
        default: nil
        }
    }

    // MARK: Faults

    private func strike(_ fault: SimulationPlan.Fault) {
        guard now < Self.faultsEnd else { return }
        // The last of it is over soon after the end of the faults.
        agenda.add(.fault(fault), at: now + draw(2000, 150_000))
        let index = random.number(in: 0...workers.count - 1)
        switch fault {
        case .brokenConnections: breakConnection(of: index)
        case .partitions:
            partitioned.insert(index)
            if let connection = workers[index].connection { breakOneWayOrBoth(connection) }
            agenda.add(.partitionHeals(index), at: now + draw(1000, 120_000))
        case .workerCrashes:
            crashWorker(index)
            agenda.add(.workerStarts(index), at: now + draw(500, 90_000))
        case .departures:
            tellWorker(index, .drainRequested)
        case .freezes: workers[index].frozenUntil = now + draw(1000, 120_000)
        case .coordinatorCrashes:
            crashCoordinator()
            agenda.add(.coordinatorStarts, at: now + draw(500, 120_000))
        case .slowDisk:
            diskIsSlow = true
            agenda.add(.diskIsFast, at: now + draw(5000, 60_000))
        case .fullDisk:
            diskRefuses = true
            agenda.add(.diskAccepts, at: now + draw(1000, 60_000))
        case .clockJumps: observer.wallClockError = .seconds(random.number(in: -86_400...86_400))
        case .owners: workers[index].ownerStaysUntil = now + draw(1_000, 240_000)
        case .revocations: if index > 0 { revoke(index) }
        case .pauses: pause(random.element(of: plan.sweeps).id)
        case .orders: order(workers[index].id, to: random.percent(50) ? .finish : .handBack)
        case .failures, .loss, .repetition, .overtaking, .strangers: break
        }
    }

    /// Messages on it are lost on one way or both; the worker may notice, or has to wait for silence.
    private func breakConnection(of index: Int) {
        guard let connection = workers[index].connection else { return }
        breakOneWayOrBoth(connection)
        if random.percent(60) { agenda.add(.workerIsDisconnected(index, connection), at: now + draw(1, 10_000)) }
    }

    private func breakOneWayOrBoth(_ connection: SimulatedNetwork.ConnectionID) {
        let (up, down) = random.element(of: [(true, true), (true, false), (false, true)])
        network.breakDown(connection, up: up, down: down)
    }

    private func revoke(_ index: Int) {
        let id = workers[index].id
        guard observer.revoked.insert(id).inserted else { return }
        tellCoordinator(.revoked(id))
    }
}
