extension Worker {
    /// Turns to the coordinator of this cluster: results for it are offered, those for others wait.
    mutating func turn(to next: ClusterID, _ effects: inout [Effect]) {
        guard next != cluster else { return }
        // Nobody here knows of what another cluster has assigned, even where a task has the same name.
        for name in held.computing { effects.append(.stop(name)) }
        held = HeldAttempts()
        checkpoints = [:]
        ahead.stop()
        cluster = next
        let all = shelf.all + outbox.all
        // What one coordinator has of their files, the other one need not have.
        let mine = all.filter { $0.entry.key.cluster == next }.map { Outbox.Result(entry: $0.entry, place: $0.place) }
        outbox = Outbox(mine)
        shelf = Outbox(all.filter { $0.entry.key.cluster != next })
        for file in outbox.lackedFiles { effects.append(.upload(file, .result)) }
        inherited = inherited.filter { $0.cluster == next }
        if !shelf.isEmpty { effects.append(.report(.shelved(results: shelf.count))) }
        reportSpoolSize(&effects)
    }

    /// Keeps a result whose attempt the coordinator does not know, and does not offer it to this one again.
    ///
    /// The coordinator may work on an older copy of its state; one that is started on a newer copy may know the attempt.
    mutating func setAside(_ trial: TrialID, of name: AttemptName, _ effects: inout [Effect]) {
        guard let key = key(of: trial, name), let result = outbox.remove(key) else { return }
        let isFirst = !shelf.all.contains { $0.entry.key.cluster == cluster }
        inherited.remove(key)
        shelf.put(result)
        if isFirst { effects.append(.report(.notRecognised)) }
        releaseIfDone(name)
    }

    /// A coordinator that was started anew may know what the one before did not.
    mutating func offerAgain() {
        for result in shelf.all where result.entry.key.cluster == cluster {
            _ = shelf.remove(result.entry.key)
            outbox.put(result)
        }
    }

    /// What the disk has said of these results.
    mutating func settle(_ keys: [SpoolEntry.Key], as place: Outbox.Place, _ effects: inout [Effect]) {
        if place == .onDisk, spoolRefuses {
            spoolRefuses = false
            effects.append(.report(.spoolAccepts))
        }
        for key in keys {
            outbox.settle(key, as: place)
            shelf.settle(key, as: place)
        }
    }

    /// Keeps in memory what the disk does not take.
    mutating func rest(_ keys: [SpoolEntry.Key], cause: String, at now: Moment, _ effects: inout [Effect]) {
        if !spoolRefuses { effects.append(.report(.spoolRefused(cause: cause))) }
        spoolRefuses = true
        spoolRestsUntil = now.advanced(by: policy.spoolRetry)
        settle(keys, as: .inMemory, &effects)
    }

    /// Whether a result is in memory only, because the disk has refused it.
    var hasUnspooled: Bool {
        spoolRefuses && (spoolRestsUntil != nil || outbox.refusedCount + shelf.refusedCount > 0)
    }

    /// Tries refused results again, once the disk has rested.
    mutating func spoolAgain(at now: Moment, _ effects: inout [Effect]) {
        guard let rested = spoolRestsUntil, rested <= now else { return }
        spoolRestsUntil = nil
        for entry in outbox.refused + shelf.refused { effects.append(.spool(entry)) }
    }

    /// Says when the spool has become full, or has room again.
    mutating func reportSpoolSize(_ effects: inout [Effect]) {
        let isFull = spoolSize >= policy.spoolLimit
        guard isFull != isSpoolFull else { return }
        isSpoolFull = isFull
        effects.append(.report(isFull ? .spoolFull(bytes: spoolSize) : .spoolHasRoom))
    }
}
