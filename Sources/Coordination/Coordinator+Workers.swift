extension Coordinator {
    mutating func receive(
        _ message: WorkerMessage, from peer: Peer, at now: Moment, _ effects: inout [Effect]
    ) {
        if case .hello(let hello) = message {
            welcome(hello, from: peer, at: now, &effects)
            return
        }
        guard let worker = peers[peer] else {
            effects.append(.send(.refused(reason: "say hello first", isFinal: false), to: peer))
            effects.append(.close(peer))
            return
        }
        hear(worker, at: now)
        switch message {
        case .hello: break
        case .heartbeat(let credit, let held, let standstill):
            note(standstill: standstill, of: worker, at: now)
            renew(held, credit: credit, of: worker, at: now, &effects)
        case .progress(let name, let fraction, let note, let curve):
            guard isCurrent(name, of: worker) else { return }
            renew(name, at: now)
            effects.append(.report(.progress(name, worker, fraction: fraction, note: note, curve: curve)))
        case .offer(let offer): receive(offer, from: worker, at: now, &effects)
        case .chunk(let name, let trial, let offset, let bytes):
            receive(bytes, at: offset, of: trial, name, from: worker, at: now, &effects)
        case .failed(let name, let kind, let cause): fail(name, by: worker, kind, cause: cause, at: now, &effects)
        case .handedBack(let name):
            // Whoever does not want this one does not want the next one either, until it says so.
            workers[worker]?.credit = 0
            takeBack(name, from: worker, &effects)
        case .checkpoint(let name, let checkpoint): receive(checkpoint, of: name, from: worker, at: now, &effects)
        case .goodbye: dismiss(worker, &effects)
        }
    }

    private mutating func hear(_ worker: WorkerID, at now: Moment) {
        workers[worker]?.lastHeard = now
        guard workers[worker]?.isSuspect == true else { return }
        workers[worker]?.isSuspect = false
        lookAfter(worker, by: now.advanced(by: policy.suspicion))
        listIfRoomy(worker)
    }

    // MARK: Joining

    private mutating func welcome(_ hello: Hello, from peer: Peer, at now: Moment, _ effects: inout [Effect]) {
        let spoken = ProtocolVersion.spoken
        let version = min(hello.versions.upperBound, spoken.upperBound)
        guard version >= max(hello.versions.lowerBound, spoken.lowerBound) else {
            refuse(
                peer,
                ProtocolVersion.disagreement(with: hello, coordinator: spoken, programVersion: programVersion),
                isFinal: true, &effects)
            return
        }
        guard !isDraining else {
            refuse(peer, "the coordinator is shutting down", isFinal: false, &effects)
            return
        }
        let session = nextSession
        nextSession += 1
        let previous = workers[hello.worker]
        if let old = previous?.peer, old != peer {
            peers[old] = nil
            effects.append(.close(old))
        }
        if peers[peer] != hello.worker { forget(peer) }
        peers[peer] = hello.worker
        var entry = WorkerEntry(hello: hello, peer: peer, session: session, lastHeard: now, pace: Pace(since: now))
        entry.order = departed.order(to: hello)
        if let previous { entry.inherit(from: previous) }
        workers[hello.worker] = entry
        lookAfter(hello.worker, by: now.advanced(by: policy.suspicion))
        if previous?.hello.incarnation != hello.incarnation {
            affinity.forget(hello.worker)
            departed.remove(hello.worker)
            note(
                .joined(hello.worker, host: hello.host, programVersion: hello.programVersion, threads: hello.threads),
                &effects)
            effects.append(.report(.workerJoined(hello.worker, host: hello.host, threads: hello.threads)))
        }
        for key in hello.holds.reversed() { affinity.note(key, hello.worker) }
        let cancelled = reconcile(hello, at: now, &effects)
        tell(
            hello.worker,
            .welcome(
                Welcome(
                    version: version, cluster: cluster, epoch: epoch, session: (epoch << 24) | session,
                    heartbeat: policy.heartbeat,
                    cancelled: cancelled)), &effects)
        repeatOrder(to: hello.worker, &effects)
    }

    /// Compares what a worker says it holds with what it should hold.
    ///
    /// - Returns: What it holds in vain.
    private mutating func reconcile(
        _ hello: Hello, at now: Moment, _ effects: inout [Effect]
    ) -> [AttemptName] {
        let held = Set(hello.held)
        let expected = (workers[hello.worker]?.held ?? []).union(awaited[hello.worker] ?? [])
        // Their assignments were lost on the way, or the worker has been started anew.
        lose(expected, by: hello.worker, cause: "its worker came back without it", at: now, &effects) { name, lease in
            lease.phase != .starting && !held.contains(name)
        }
        return hello.held.filter { name in
            if isCurrent(name, of: hello.worker) {
                renew(name, at: now)
                return false
            }
            return !adopt(name, by: hello.worker, at: now)
        }
    }

    /// Leaves a task that waits again with the worker that has had it all the time.
    private mutating func adopt(_ name: AttemptName, by worker: WorkerID, at now: Moment) -> Bool {
        guard let entry = tasks[name.task], entry.state == .waiting, entry.wasGiven(name.attempt, to: worker) else {
            return false
        }
        tasks[name.task]?.state = .running([
            Lease(worker: worker, attempt: name.attempt, began: now, renewed: now, phase: .held)
        ])
        workers[worker]?.hold(entry.task)
        return true
    }

    // MARK: Staying

    private mutating func renew(
        _ held: [AttemptName], credit: Int, of worker: WorkerID, at now: Moment, _ effects: inout [Effect]
    ) {
        workers[worker]?.credit = credit
        listIfRoomy(worker)
        // Whoever still wants work has not heard of it.
        if credit > 0 { repeatOrder(to: worker, &effects) }
        for name in held where isCurrent(name, of: worker) { renew(name, at: now) }
        tell(worker, .renewed(cancelled: held.filter { !isCurrent($0, of: worker) }), &effects)
    }

    /// A worker's machine is wanted by its owner, or is not any more; its leases go on.
    private mutating func note(standstill cause: String?, of worker: WorkerID, at now: Moment) {
        let since = workers[worker]?.standstill?.since ?? now
        workers[worker]?.standstill = cause.map { Standstill(cause: $0, since: since) }
    }

    /// The worker that has an attempt has named it.
    mutating func renew(_ name: AttemptName, at now: Moment) {
        guard let lease = lease(name), lease.phase != .starting else { return }
        if lease.phase == .awaited {
            release(name.task, from: lease.worker)
            if let task = tasks[name.task]?.task { workers[lease.worker]?.hold(task) }
        }
        update(name) { lease in
            lease.phase = .held
            lease.renewed = now
        }
    }

    // MARK: Leaving

    private mutating func takeBack(_ name: AttemptName, from worker: WorkerID, _ effects: inout [Effect]) {
        guard isCurrent(name, of: worker) else { return }
        lose(name, .handedBack, &effects)
        effects.append(.report(.attemptHandedBack(name, worker)))
    }

    /// Takes everything from a worker whose key was revoked, without waiting for its lease to end.
    mutating func revoke(_ worker: WorkerID, _ effects: inout [Effect]) {
        tell(worker, .refused(reason: "the key was revoked", isFinal: false), &effects)
        dismiss(worker, &effects)
    }

    private mutating func dismiss(_ worker: WorkerID, _ effects: inout [Effect]) {
        guard let entry = workers[worker] else { return }
        for id in entry.held.sorted() {
            guard let lease = tasks[id]?.leases.first(where: { $0.worker == worker }) else { continue }
            takeBack(AttemptName(id, lease.attempt), from: worker, &effects)
        }
        remove(worker, &effects)
        effects.append(.report(.workerLeft(worker, host: entry.hello.host)))
    }

    mutating func remove(_ worker: WorkerID, _ effects: inout [Effect]) {
        affinity.forget(worker)
        guard let entry = workers.removeValue(forKey: worker) else { return }
        departed.add(worker, entry)
        if let peer = entry.peer {
            peers[peer] = nil
            effects.append(.close(peer))
        }
    }

    /// The connection is gone; the worker may come back within its lease.
    mutating func forget(_ peer: Peer) {
        guard let worker = peers.removeValue(forKey: peer) else { return }
        workers[worker]?.peer = nil
    }

    mutating func expel(_ peer: Peer, cause: String, _ effects: inout [Effect]) {
        forget(peer)
        refuse(peer, cause, isFinal: false, &effects)
    }

    private func refuse(_ peer: Peer, _ reason: String, isFinal: Bool, _ effects: inout [Effect]) {
        effects.append(.send(.refused(reason: reason, isFinal: isFinal), to: peer))
        effects.append(.close(peer))
        effects.append(.report(.peerRefused(reason: reason)))
    }

    /// Sends to a worker that is connected; what one that is not should know, it learns when it comes back.
    func tell(_ worker: WorkerID, _ message: CoordinatorMessage, _ effects: inout [Effect]) {
        guard let peer = workers[worker]?.peer else { return }
        effects.append(.send(message, to: peer))
    }
}
