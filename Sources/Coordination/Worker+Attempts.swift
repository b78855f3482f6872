extension Worker {
    // MARK: Computing

    mutating func take(
        _ name: AttemptName, _ body: [UInt8], _ trials: [TrialID], _ needs: [UInt64], _ inputs: TaskInputs,
        at now: Moment,
        _ effects: inout [Effect]
    ) {
        guard !held.contains(name) else { return }
        guard drainDeadline == nil, !isFinishing, mayWork else {
            effects.append(.send(.handedBack(name)))
            return
        }
        held.add(name, trials, needs: needs)
        ahead.begin(at: now)
        effects.append(.start(name, body: body, trials: trials, inputs))
    }

    /// Keeps a result until it is acknowledged, whatever becomes of its attempt.
    mutating func keep(_ result: TrialResult, of trial: TrialID, _ name: AttemptName, _ effects: inout [Effect]) {
        guard let cluster, held.finish(trial, of: name) else { return }
        let key = SpoolEntry.Key(cluster, name, trial)
        // An assignment that is repeated has its results computed once more; the first ones are still here.
        guard !outbox.contains(key) else { return }
        let entry = SpoolEntry(key, result)
        outbox.add(entry)
        spoolSize += entry.size
        effects.append(.spool(entry))
        if let file = result.artifact { effects.append(.upload(file, .result)) }
        reportSpoolSize(&effects)
    }

    mutating func end(_ name: AttemptName, at now: Moment, _ effects: inout [Effect]) {
        guard let missing = held.unfinishedCount(of: name) else { return }
        guard missing == 0 else {
            fail(name, .trial, "the computation ended without \(missing) of its results", &effects)
            return
        }
        held.end(name)
        forgetCheckpoints(of: name, &effects)
        remember(held.needs(of: name))
        ahead.end(at: now, isMore: held.computingCount > 0, policy)
        releaseIfDone(name)
        handBackExcess(&effects)
    }

    /// Whoever has computed a task has what it needed.
    private mutating func remember(_ needs: [UInt64]) {
        guard !needs.isEmpty else { return }
        holds = Array((needs + holds.filter { !needs.contains($0) }).prefix(Hello.holdsLimit))
    }

    mutating func fail(_ name: AttemptName, _ kind: FailureKind, _ cause: String, _ effects: inout [Effect]) {
        guard letGo(name, &effects) != nil else { return }
        // A hello that is still to come says as much by not naming the attempt; one that is said has named it.
        if session != nil { effects.append(.send(.failed(name, kind, cause: cause))) }
    }

    mutating func drop(_ cancelled: [AttemptName], _ effects: inout [Effect]) {
        for name in cancelled where letGo(name, &effects) == true { effects.append(.stop(name)) }
    }

    /// Hands back what was taken last where executions turn out to be longer than those before them.
    mutating func handBackExcess(_ effects: inout [Effect]) {
        // Without a session the next hello would have to say it, which counts as a loss.
        guard held.computingCount > ahead.credit, session != nil else { return }
        handBack(held.computing.dropFirst(ahead.credit), &effects)
        // Whoever hands something back gets nothing more until it says how much it takes.
        toldCredit = 0
    }

    mutating func handBack(_ names: ArraySlice<AttemptName>, _ effects: inout [Effect]) {
        for name in names {
            letGo(name, &effects)
            effects.append(.stop(name))
            if session != nil { effects.append(.send(.handedBack(name))) }
        }
    }

    /// - Returns: Whether the attempt had not ended; nil where it was not held.
    @discardableResult
    private mutating func letGo(_ name: AttemptName, _ effects: inout [Effect]) -> Bool? {
        forgetCheckpoints(of: name, &effects)
        defer { if held.computingCount == 0 { ahead.stop() } }
        return held.remove(name)
    }

    // MARK: Results

    /// Offers finished results, a few at a time, and again those that nobody has answered.
    mutating func offerResults(at now: Moment, _ effects: inout [Effect]) {
        guard isWelcome, !hasLeft else { return }
        outbox.repeatUnanswered(at: now, after: policy.offerRepeat)
        while let (key, result) = outbox.nextOffer(at: now, within: policy).map({ ($0.key, $0.result) }) {
            let isSmall = result.expectedMapBytes <= Policy.inlineBytes
            let offer = Offer(key.name, key.trial, isSmall ? result : result.withoutMapValues, hasValues: isSmall)
            effects.append(.send(.offer(offer)))
        }
    }

    mutating func send(
        _ name: AttemptName, _ trial: TrialID, from offset: Int, _ count: Int, at now: Moment,
        _ effects: inout [Effect]
    ) {
        guard isWelcome, let key = key(of: trial, name), let result = outbox.renewOffer(of: key, at: now) else {
            return
        }
        let bytes = result.mapBytes
        let end = min(bytes.count, offset + count)
        for start in stride(from: offset, to: end, by: Policy.chunkBytes) {
            let piece = Array(bytes[start..<min(start + Policy.chunkBytes, end)])
            effects.append(.send(.chunk(name, trial, offset: start, bytes: piece)))
        }
    }

    /// A result is acknowledged, so nobody needs it here any more.
    mutating func forget(_ trial: TrialID, of name: AttemptName, _ effects: inout [Effect]) {
        guard let key = key(of: trial, name), let entry = outbox.remove(key)?.entry else { return }
        inherited.remove(entry.key)
        spoolSize -= entry.size
        effects.append(.unspool(entry.key))
        forgetFile(of: entry, &effects)
        reportSpoolSize(&effects)
        releaseIfDone(name)
    }

    /// What a result of the present cluster is kept as.
    func key(of trial: TrialID, _ name: AttemptName) -> SpoolEntry.Key? {
        cluster.map { SpoolEntry.Key($0, name, trial) }
    }

    mutating func releaseIfDone(_ name: AttemptName) {
        if !outbox.hasResults(of: name) { held.removeIfEnded(name) }
    }

    // MARK: Leaving

    /// Stops computing; finished results are still offered until they are acknowledged or the time is up.
    mutating func drain(at now: Moment, _ effects: inout [Effect]) {
        guard drainDeadline == nil else { return }
        drainDeadline = now.advanced(by: policy.drain)
        handBack(held.computing[...], &effects)
    }

    /// Drains a worker that has been without work for as long as it stays without, whether there is a coordinator or not.
    mutating func leaveIfUnneeded(at now: Moment, _ effects: inout [Effect]) {
        guard let limit = policy.leaveAfter, held.computingCount == 0, outbox.isEmpty else {
            withoutWorkSince = nil
            return
        }
        let since = withoutWorkSince ?? now
        withoutWorkSince = since
        guard drainDeadline == nil, now.duration(since: since) >= limit else { return }
        effects.append(.report(.withoutWork(for: limit)))
        drain(at: now, &effects)
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
        return with(maps: shapes)
    }
}
