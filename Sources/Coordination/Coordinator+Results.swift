extension Coordinator {
    /// A finished trial: fetched where it is large, committed, and only then acknowledged.
    ///
    /// The first valid result of a trial wins, even when the lease it was computed under has ended: nothing is thrown
    /// away.
    mutating func receive(_ offer: Offer, from worker: WorkerID, at now: Moment, _ effects: inout [Effect]) {
        if isCurrent(offer.name, of: worker) { renew(offer.name, at: now) }
        // Of a task that was half done when it was started, a coordinator knows only the trials that are missing.
        guard let entry = tasks[offer.name.task], entry.task.trials.contains(offer.trial),
            entry.wasGiven(offer.name.attempt, to: worker)
        else {
            receiveStray(offer, from: worker, at: now, &effects)
            return
        }
        if case .cancelled = entry.state {
            let isMissing = entry.missing.contains(offer.trial)
            answer(offer.name, offer.trial, isMissing ? .unwanted : .duplicate, worker, &effects)
            return
        }
        // Unanswered offers are repeated, so what cannot be taken now is not lost.
        guard storeRestsUntil == nil, !trialsInCommit.contains(offer.trial) else { return }
        guard offer.hasValues else {
            fetch(offer, from: worker, at: now, &effects)
            return
        }
        trialsInCommit.insert(offer.trial)
        let record = Record.result(
            offer.trial, task: offer.name.task, offer.name.attempt, worker: worker, offer.result)
        // A trial that has a result keeps it, and the store says whether the two agree.
        let pending: PendingCommit =
            entry.missing.contains(offer.trial)
            ? .result(offer.trial, offer.name, worker: worker, offer.result.artifact)
            : .duplicate(offer.trial, offer.name, worker: worker)
        commit([record], pending, &effects)
    }

    /// Ends an offer; the worker forgets it, so an upload of it would wait for ever and the others behind it.
    mutating func answer(
        _ name: AttemptName, _ trial: TrialID, _ outcome: OfferOutcome, _ worker: WorkerID, _ effects: inout [Effect]
    ) {
        tell(worker, .acknowledged(name, trial, outcome), &effects)
        guard let uploads = workers[worker]?.uploads, !uploads.isEmpty else { return }
        let others = uploads.filter { $0.offer.name != name || $0.offer.trial != trial }
        guard others.count < uploads.count else { return }
        workers[worker]?.uploads = others
        grant(worker, &effects)
    }

    // MARK: Large results

    mutating func fetch(_ offer: Offer, from worker: WorkerID, at now: Moment, _ effects: inout [Effect]) {
        guard var uploads = workers[worker]?.uploads else { return }
        // What the worker has stopped offering it has forgotten; it must not stand before the others for ever.
        uploads.removeAll { now.duration(since: $0.renewed) > policy.lease }
        if let known = uploads.firstIndex(where: { $0.offer.name == offer.name && $0.offer.trial == offer.trial }) {
            if uploads[known].offer != offer { uploads[known] = Upload(offer: offer, renewed: now) }
            uploads[known].renewed = now
            // Repeated while its values are under way: something was lost, so ask again from where it broke off.
            if known == 0 { uploads[0].granted = uploads[0].bytes.count }
        } else {
            guard uploads.count < policy.uploadsAtOnce else { return }
            uploads.append(Upload(offer: offer, renewed: now))
        }
        workers[worker]?.uploads = uploads
        grant(worker, &effects)
    }

    /// Asks for more of the first upload, once all that was asked for has come.
    private mutating func grant(_ worker: WorkerID, _ effects: inout [Effect]) {
        guard let upload = workers[worker]?.uploads.first, upload.granted == upload.bytes.count else { return }
        let bytes = min(policy.chunkCredit, upload.expected - upload.bytes.count)
        workers[worker]?.uploads[0].granted += bytes
        let name = upload.offer.name
        tell(worker, .want(name, upload.offer.trial, offset: upload.bytes.count, bytes: bytes), &effects)
    }

    mutating func receive(
        _ bytes: [UInt8], at offset: Int, of trial: TrialID, _ name: AttemptName, from worker: WorkerID,
        at now: Moment, _ effects: inout [Effect]
    ) {
        guard workers[worker]?.uploads.first?.takes(bytes.count, at: offset, of: trial, name) == true else { return }
        workers[worker]?.uploads[0].bytes += bytes
        workers[worker]?.uploads[0].renewed = now
        guard let upload = workers[worker]?.uploads[0], upload.bytes.count == upload.expected else {
            grant(worker, &effects)
            return
        }
        workers[worker]?.uploads.removeFirst()
        // The length was checked piece by piece, so the values always fit their shapes.
        if let result = try? upload.offer.result.withMapValues(from: upload.bytes) {
            // Much may have happened since it was offered: the trial is done, or its sweep cancelled.
            receive(Offer(name, trial, result, hasValues: true), from: worker, at: now, &effects)
        }
        grant(worker, &effects)
    }

    // MARK: On disk

    /// A result is not fit to be stored: its worker forgets it, and the attempt that it came from has failed.
    ///
    /// Whoever else computes the trial by now is not to blame.
    mutating func reject(_ rejected: TrialID, cause: String, at now: Moment, _ effects: inout [Effect]) {
        guard trialsInCommit.remove(rejected) != nil else { return }
        for (number, pending) in commits {
            let (name, worker): (AttemptName, WorkerID)
            switch pending {
            case .result(rejected, let offered, let offerer, _), .duplicate(rejected, let offered, let offerer):
                (name, worker) = (offered, offerer)
            default: continue
            }
            commits[number] = .note([])
            tell(worker, .acknowledged(name, rejected, .unwanted), &effects)
            guard isCurrent(name, of: worker) else { continue }
            fail(name, by: worker, .trial, cause: cause, at: now, &effects)
            tell(worker, .cancel(name), &effects)
        }
    }

    /// A result is on disk: it is acknowledged, and whoever else computes the trial learns of it by its own offer.
    mutating func finish(
        _ trial: TrialID, _ name: AttemptName, by worker: WorkerID, _ artifact: TrialArtifact?, at now: Moment,
        _ effects: inout [Effect]
    ) {
        guard trialsInCommit.remove(trial) != nil else { return }
        answer(name, trial, .stored, worker, &effects)
        praise(worker)
        effects.append(.report(.trialFinished(trial, name, worker)))
        for id in missingTrials.removeValue(forKey: trial) ?? [] {
            tasks[id]?.missing.removeAll { $0 == trial }
            guard let entry = tasks[id], entry.missing.isEmpty, entry.state.isOpen else { continue }
            for lease in entry.leases {
                let isWinner = AttemptName(id, lease.attempt) == name
                release(id, from: lease.worker)
                note(.attemptEnded(id, lease.attempt, isWinner ? .done : .cancelled), &effects)
                if isWinner {
                    sweeps[entry.task.sweep]?.durations.add(now.duration(since: lease.began))
                } else {
                    tell(lease.worker, .cancel(AttemptName(id, lease.attempt)), &effects)
                }
            }
            compare(id, doneBy: worker, &effects)
            effects.append(.report(.taskDone(id, entry.task.sweep)))
            close(id, as: .done, &effects)
        }
        unblock(by: trial, artifact, &effects)
    }
}
