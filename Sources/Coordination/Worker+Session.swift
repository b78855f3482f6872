extension Worker {
    mutating func greet(at now: Moment, _ effects: inout [Effect]) {
        session = .greeting
        lastHeard = now
        let hello = Hello(
            worker: identity.worker, incarnation: identity.incarnation, host: identity.host,
            programVersion: identity.programVersion, threads: identity.threads, epoch: epoch,
            held: held.names, holds: holds, memory: identity.memory, processor: identity.processor)
        effects.append(.send(.hello(hello)))
    }

    mutating func reconnect(_ effects: inout [Effect]) {
        session = nil
        failedConnections += 1
        outbox.repeatAll()
        effects.append(.reconnect(failures: failedConnections))
    }

    mutating func receive(_ message: CoordinatorMessage, at now: Moment, _ effects: inout [Effect]) {
        guard isWelcome || message.mayComeBeforeWelcome else { return }
        lastHeard = now
        switch message {
        case .welcome(let welcome): enter(welcome, at: now, &effects)
        case .refused(let reason, let isFinal):
            effects.append(.report(.refused(reason: reason)))
            guard isFinal else {
                reconnect(&effects)
                return
            }
            leave(.refused(reason: reason), &effects)
        case .assign(let name, let body, let trials, let needs, let inputs):
            take(name, body, trials, needs, inputs, at: now, &effects)
        case .renewed(let cancelled): drop(cancelled, &effects)
        case .want(let name, let trial, let offset, let bytes):
            send(name, trial, from: offset, bytes, at: now, &effects)
        case .acknowledged(let name, let trial, .unknown): setAside(trial, of: name, &effects)
        case .acknowledged(let name, let trial, _): forget(trial, of: name, &effects)
        case .lacking(let name, let trial): sendFile(of: trial, name, &effects)
        case .cancel(let name): drop([name], &effects)
        case .drain: drain(at: now, &effects)
        case .finishAndLeave: finishAndLeave(&effects)
        }
    }

    private mutating func enter(_ welcome: Welcome, at now: Moment, _ effects: inout [Effect]) {
        guard welcome.cluster != cluster || welcome.epoch >= epoch else {
            // A coordinator on an older copy of the state would give out attempt numbers that are taken.
            effects.append(.report(.staleCoordinator(epoch: welcome.epoch, seen: epoch)))
            reconnect(&effects)
            return
        }
        if welcome.cluster == cluster, welcome.epoch > epoch { offerAgain() }
        turn(to: welcome.cluster, &effects)
        epoch = welcome.epoch
        session = .welcomed(heartbeat: welcome.heartbeat)
        failedConnections = 0
        effects.append(.report(.joined(epoch: welcome.epoch)))
        drop(welcome.cancelled, &effects)
        tellCheckpoints(&effects)
        handBackOwed(&effects)
        // What was finished under an earlier lease comes first, so that it is not assigned once more.
        offerResults(at: now, &effects)
        sendHeartbeat(at: now, &effects)
    }

    /// Says everything that the coordinator must know, so that a lost heartbeat does no harm.
    mutating func sendHeartbeat(at now: Moment, _ effects: inout [Effect]) {
        guard case .welcomed(let interval) = session else { return }
        nextHeartbeat = now.advanced(by: interval)
        toldCredit = takesWork ? ahead.credit : 0
        effects.append(
            .send(.heartbeat(credit: toldCredit, held: held.names, standstill: idle?.standstill)))
    }

    /// Whether a new execution would find what it needs.
    private var takesWork: Bool {
        drainDeadline == nil && !isFinishing && mayWork && inherited.isEmpty && !isSpoolFull && !hasUnspooled
    }

    /// Says so at once when that has changed.
    mutating func tellCredit(at now: Moment, _ effects: inout [Effect]) {
        guard isWelcome, drainDeadline == nil, toldCredit != (takesWork ? ahead.credit : 0) else { return }
        sendHeartbeat(at: now, &effects)
    }

    mutating func lookAround(at now: Moment, _ effects: inout [Effect]) {
        spoolAgain(at: now, &effects)
        ahead.look(at: now, policy)
        handBackExcess(&effects)
        if session != nil, now.duration(since: lastHeard) >= policy.suspicion {
            effects.append(.report(.coordinatorSilent))
            reconnect(&effects)
        } else if isWelcome, nextHeartbeat <= now {
            sendHeartbeat(at: now, &effects)
        }
    }
}

extension CoordinatorMessage {
    /// Until its epoch is known, a coordinator may be one on an older copy of the state, whose word counts for nothing.
    fileprivate var mayComeBeforeWelcome: Bool {
        switch self {
        case .welcome, .refused: true
        case .assign, .renewed, .want, .acknowledged, .lacking, .cancel, .drain, .finishAndLeave: false
        }
    }
}
