extension Worker {
    /// Turns to the coordinator of this cluster: results for it are offered, those for others wait.
    mutating func turn(to next: ClusterID, _ effects: inout [Effect]) {
        guard next != cluster else { return }
        // Nobody here knows of what another cluster has assigned, even where a task has the same name.
        for attempt in held where attempt.isComputing { effects.append(.stop(attempt.name)) }
        held = []
        cluster = next
        let all = shelf + outbox
        outbox = all.filter { $0.entry.key.cluster == next }
        shelf = all.filter { $0.entry.key.cluster != next }
        inherited = inherited.filter { $0.cluster == next }
        if !shelf.isEmpty { effects.append(.report(.shelved(results: shelf.count))) }
        reportSpoolSize(&effects)
    }

    /// Keeps a result whose attempt the coordinator does not know, and does not offer it to this one again.
    ///
    /// The coordinator may work on an older copy of its state; one that is started on a newer copy may know the attempt.
    mutating func setAside(_ trial: TrialID, of name: AttemptName, _ effects: inout [Effect]) {
        guard let index = outboxIndex(of: trial, name) else { return }
        let isFirst = !shelf.contains { $0.entry.key.cluster == cluster }
        let pending = outbox.remove(at: index)
        inherited.remove(pending.entry.key)
        shelf.append(pending)
        if isFirst { effects.append(.report(.notRecognised)) }
        releaseIfDone(name)
    }

    /// A coordinator that was started anew may know what the one before did not.
    mutating func offerAgain() {
        outbox += shelf.filter { $0.entry.key.cluster == cluster }
        shelf.removeAll { $0.entry.key.cluster == cluster }
    }

    /// What the disk has said of these results.
    mutating func settle(_ keys: [SpoolEntry.Key], as place: PendingResult.Place, _ effects: inout [Effect]) {
        if place == .onDisk, spoolRefuses {
            spoolRefuses = false
            effects.append(.report(.spoolAccepts))
        }
        let keys = Set(keys)
        // One that is acknowledged by now is in neither.
        for index in outbox.indices where keys.contains(outbox[index].entry.key) { outbox[index].place = place }
        for index in shelf.indices where keys.contains(shelf[index].entry.key) { shelf[index].place = place }
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
        spoolRefuses && (spoolRestsUntil != nil || (outbox + shelf).contains { $0.place == .inMemory })
    }

    /// Tries refused results again, once the disk has rested.
    mutating func spoolAgain(at now: Moment, _ effects: inout [Effect]) {
        guard let rested = spoolRestsUntil, rested <= now else { return }
        spoolRestsUntil = nil
        for pending in outbox + shelf where pending.place == .inMemory { effects.append(.spool(pending.entry)) }
    }

    /// Says when the spool has become full, or has room again.
    mutating func reportSpoolSize(_ effects: inout [Effect]) {
        let isFull = spoolSize >= policy.spoolLimit
        guard isFull != isSpoolFull else { return }
        isSpoolFull = isFull
        effects.append(.report(isFull ? .spoolFull(bytes: spoolSize) : .spoolHasRoom))
    }
}
