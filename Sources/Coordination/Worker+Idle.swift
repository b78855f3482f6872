extension Worker {
    /// Whether the machine's owner lets it work.
    var mayWork: Bool { idle.map { $0.activity == .busy } ?? true }

    /// Does as the owner's rules say.
    mutating func observe(_ seen: HostObservation, at now: Moment, _ effects: inout [Effect]) {
        let before = idle?.standstill
        guard let decision = idle?.decide(on: seen, at: now) else {
            // Said once, so that nobody wonders why a worker does nothing.
            if before == IdlePolicy.notLookedYet, let cause = idle?.standstill {
                effects.append(.report(.standsStill(cause: cause)))
            }
            return
        }
        switch decision {
        case .start, .continue:
            if held.computingCount > 0 { ahead.begin(at: now) }
            effects.append(.resume)
        case .suspend:
            effects.append(.suspend)
            // What has not begun can begin elsewhere; a pause says nothing of how long a task takes.
            if session != nil { handBack(held.computing.dropFirst(), &effects) }
            ahead.stop()
        case .preempt: vacate(&effects)
        case .kill: effects.append(.dismiss)
        }
        effects.append(.report(.ownerDecided(decision)))
        // At once, also where the credit was nothing before.
        sendHeartbeat(at: now, &effects)
    }

    /// Hands back what is computed, or does so when there is somebody to hand it to.
    ///
    /// What a hello does not name counts as lost, so it is named until then.
    private mutating func vacate(_ effects: inout [Effect]) {
        guard session == nil else {
            handBack(held.computing[...], &effects)
            return
        }
        owesTasks = true
        for name in held.computing { effects.append(.stop(name)) }
    }

    /// Hands back what was to be handed back when nobody was there.
    mutating func handBackOwed(_ effects: inout [Effect]) {
        if owesTasks { handBack(held.computing[...], &effects) }
        owesTasks = false
    }
}
