extension Worker {
    // MARK: Computing

    mutating func take(
        _ name: AttemptName, _ body: [UInt8], _ trials: [TrialID], _ needs: [UInt64], _ effects: inout [Effect]
    ) {
        guard drainDeadline == nil else {
            effects.append(.send(.handedBack(name)))
            return
        }
        guard !held.contains(where: { $0.name == name }) else { return }
        held.append(HeldAttempt(name: name, unfinished: Set(trials), needs: needs))
        effects.append(.start(name, body: body, trials: trials))
    }

    /// Keeps a result until it is acknowledged, whatever becomes of its attempt.
    mutating func keep(_ result: TrialResult, of trial: TrialID, _ name: AttemptName, _ effects: inout [Effect]) {
        guard let cluster, let index = held.firstIndex(where: { $0.name == name }),
            held[index].unfinished.remove(trial) != nil
        else { return }
        // An assignment that is repeated has its results computed once more; the first ones are still here.
        guard outboxIndex(of: trial, name) == nil else { return }
        let entry = SpoolEntry(SpoolEntry.Key(cluster, name, trial), result)
        outbox.append(PendingResult(entry: entry))
        spoolSize += entry.size
        effects.append(.spool(entry))
        reportSpoolSize(&effects)
    }

    mutating func end(_ name: AttemptName, _ effects: inout [Effect]) {
        guard let index = held.firstIndex(where: { $0.name == name }) else { return }
        guard held[index].unfinished.isEmpty else {
            let missing = held[index].unfinished.count
            fail(name, .trial, "the computation ended without \(missing) of its results", &effects)
            return
        }
        held[index].isComputing = false
        remember(held[index].needs)
        releaseIfDone(name)
    }

    /// Whoever has computed a task has what it needed.
    private mutating func remember(_ needs: [UInt64]) {
        guard !needs.isEmpty else { return }
        holds = Array((needs + holds.filter { !needs.contains($0) }).prefix(Hello.holdsLimit))
    }

    mutating func fail(_ name: AttemptName, _ kind: FailureKind, _ cause: String, _ effects: inout [Effect]) {
        guard let index = held.firstIndex(where: { $0.name == name }) else { return }
        held.remove(at: index)
        // A hello that is still to come says as much by not naming the attempt; one that is said has named it.
        if session != nil { effects.append(.send(.failed(name, kind, cause: cause))) }
    }

    mutating func drop(_ cancelled: [AttemptName], _ effects: inout [Effect]) {
        for name in cancelled {
            guard let index = held.firstIndex(where: { $0.name == name }) else { continue }
            if held.remove(at: index).isComputing { effects.append(.stop(name)) }
        }
    }

    // MARK: Results

    /// Offers finished results, a few at a time, and again those that nobody has answered.
    mutating func offerResults(at now: Moment, _ effects: inout [Effect]) {
        guard isWelcome, !hasLeft else { return }
        // Results come back from the disk in the order in which they went.
        for index in outbox.indices.prefix(policy.offersAtOnce) where outbox[index].place != .onItsWay {
            if let offered = outbox[index].offered, now.duration(since: offered) < policy.offerRepeat { continue }
            outbox[index].offered = now
            let (key, result) = (outbox[index].entry.key, outbox[index].entry.result)
            let isSmall = result.expectedMapBytes <= Policy.inlineBytes
            let offer = Offer(key.name, key.trial, isSmall ? result : result.withoutMapValues, hasValues: isSmall)
            effects.append(.send(.offer(offer)))
        }
    }

    mutating func send(
        _ name: AttemptName, _ trial: TrialID, from offset: Int, _ count: Int, at now: Moment,
        _ effects: inout [Effect]
    ) {
        guard isWelcome, let index = outboxIndex(of: trial, name) else { return }
        outbox[index].offered = now
        let bytes = outbox[index].entry.result.mapBytes
        let end = min(bytes.count, offset + count)
        for start in stride(from: offset, to: end, by: Policy.chunkBytes) {
            let piece = Array(bytes[start..<min(start + Policy.chunkBytes, end)])
            effects.append(.send(.chunk(name, trial, offset: start, bytes: piece)))
        }
    }

    /// A result is acknowledged, so nobody needs it here any more.
    mutating func forget(_ trial: TrialID, of name: AttemptName, _ effects: inout [Effect]) {
        guard let index = outboxIndex(of: trial, name) else { return }
        let entry = outbox.remove(at: index).entry
        inherited.remove(entry.key)
        spoolSize -= entry.size
        effects.append(.unspool(entry.key))
        reportSpoolSize(&effects)
        releaseIfDone(name)
    }

    func outboxIndex(of trial: TrialID, _ name: AttemptName) -> Int? {
        outbox.firstIndex { $0.entry.key.trial == trial && $0.entry.key.name == name }
    }

    mutating func releaseIfDone(_ name: AttemptName) {
        guard !outbox.contains(where: { $0.entry.key.name == name }) else { return }
        held.removeAll { $0.name == name && !$0.isComputing }
    }

    // MARK: Leaving

    /// Stops computing; finished results are still offered until they are acknowledged or the time is up.
    mutating func drain(at now: Moment, _ effects: inout [Effect]) {
        guard drainDeadline == nil else { return }
        drainDeadline = now.advanced(by: policy.drain)
        for attempt in held where attempt.isComputing {
            effects.append(.stop(attempt.name))
            if session != nil { effects.append(.send(.handedBack(attempt.name))) }
        }
        held.removeAll(where: \.isComputing)
    }

    mutating func leaveIfDone(at now: Moment, _ effects: inout [Effect]) {
        guard let drainDeadline, !hasLeft else { return }
        guard outbox.isEmpty || drainDeadline <= now else { return }
        if session != nil { effects.append(.send(.goodbye)) }
        leave(.drained, &effects)
    }

    mutating func leave(_ departure: Departure, _ effects: inout [Effect]) {
        hasLeft = true
        let left = outbox.count + shelf.count
        if left > 0 { effects.append(.report(.leftBehind(results: left))) }
        effects.append(.exit(departure))
    }
}

extension TrialResult {
    /// The same result with maps that are shapes only.
    var withoutMapValues: TrialResult {
        let shapes = maps.map { map in
            Map(
                testSet: map.testSet, image: map.image, imageName: map.imageName, height: map.height,
                width: map.width, values: [])
        }
        return TrialResult(metrics: metrics, maps: shapes, skipped: skipped, provenance: provenance)
    }
}
