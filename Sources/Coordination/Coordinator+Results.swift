extension Coordinator {
    /// A finished trial: fetched where it is large, committed, and only then acknowledged.
    ///
    /// The first valid result of a trial wins, even when the lease it was computed under has ended: nothing is thrown
    /// away.
    mutating func receive(_ offer: Offer, from worker: WorkerID, at now: Moment, _ effects: inout [Effect]) {
        renew(offer.name, at: now)
        guard let entry = tasks[offer.name.task], entry.task.trials.contains(offer.trial),
            offer.name.attempt < entry.nextAttempt
        else {
            answer(offer, .unwanted, worker, &effects)
            return
        }
        guard entry.missing.contains(offer.trial) else {
            answer(offer, .duplicate, worker, &effects)
            return
        }
        if case .cancelled = entry.state {
            answer(offer, .unwanted, worker, &effects)
            return
        }
        // Unanswered offers are repeated, so what cannot be taken now is not lost.
        guard storeRestsUntil == nil, !trialsInCommit.contains(offer.trial) else { return }
        guard offer.hasValues else {
            fetch(offer, from: worker, &effects)
            return
        }
        write(offer, offer.result, of: worker, &effects)
    }

    /// Ends an offer; the worker forgets it, so an upload of it would wait for ever and the others behind it.
    private mutating func answer(
        _ offer: Offer, _ outcome: OfferOutcome, _ worker: WorkerID, _ effects: inout [Effect]
    ) {
        tell(worker, .acknowledged(offer.name, offer.trial, outcome), &effects)
        guard let uploads = workers[worker]?.uploads else { return }
        let others = uploads.filter { $0.offer.name != offer.name || $0.offer.trial != offer.trial }
        guard others.count < uploads.count else { return }
        workers[worker]?.uploads = others
        grant(worker, &effects)
    }

    private mutating func write(
        _ offer: Offer, _ result: TrialResult, of worker: WorkerID, _ effects: inout [Effect]
    ) {
        guard !trialsInCommit.contains(offer.trial) else { return }
        trialsInCommit.insert(offer.trial)
        commit(
            [.result(offer.trial, task: offer.name.task, offer.name.attempt, worker: worker, result)],
            .result(offer.trial, offer.name, worker: worker), &effects)
    }

    // MARK: Large results

    private mutating func fetch(_ offer: Offer, from worker: WorkerID, _ effects: inout [Effect]) {
        guard var uploads = workers[worker]?.uploads else { return }
        if let first = uploads.first, first.offer.trial == offer.trial {
            // Repeated while its values are under way: something was lost, so ask again from where it broke off.
            uploads[0].granted = uploads[0].bytes.count
        } else if !uploads.contains(where: { $0.offer.trial == offer.trial }) {
            guard uploads.count < policy.offersAtOnce else { return }
            uploads.append(Upload(offer: offer))
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
        guard let upload = workers[worker]?.uploads.first, upload.offer.trial == trial, upload.offer.name == name,
            offset == upload.bytes.count, offset + bytes.count <= upload.granted
        else { return }
        workers[worker]?.uploads[0].bytes += bytes
        guard let whole = workers[worker]?.uploads[0].bytes, whole.count == upload.expected else {
            grant(worker, &effects)
            return
        }
        workers[worker]?.uploads.removeFirst()
        // The length was checked piece by piece, so the values always fit their shapes.
        if let result = try? upload.offer.result.withMapValues(from: whole) {
            // Much may have happened since it was offered: the trial is done, or its sweep cancelled.
            receive(Offer(name, trial, result, hasValues: true), from: worker, at: now, &effects)
        }
        grant(worker, &effects)
    }

    // MARK: On disk

    /// A result is not fit to be stored: its worker forgets it, and the attempt that it came from has failed.
    ///
    /// Whoever else computes the trial by now is not to blame.
    mutating func reject(_ rejected: TrialID, cause: String, _ effects: inout [Effect]) {
        guard trialsInCommit.remove(rejected) != nil else { return }
        for (number, pending) in commits {
            guard case .result(rejected, let name, let worker) = pending else { continue }
            commits[number] = .note
            tell(worker, .acknowledged(name, rejected, .unwanted), &effects)
            guard isCurrent(name, of: worker) else { continue }
            fail(name, by: worker, .trial, cause: cause, &effects)
            tell(worker, .cancel(name), &effects)
        }
    }

    /// A result is on disk: it is acknowledged, and whoever else computes the trial learns of it by its own offer.
    mutating func finish(
        _ trial: TrialID, _ name: AttemptName, by worker: WorkerID, _ effects: inout [Effect]
    ) {
        guard trialsInCommit.remove(trial) != nil else { return }
        tell(worker, .acknowledged(name, trial, .stored), &effects)
        effects.append(.report(.trialFinished(trial, name, worker)))
        for id in missingTrials.removeValue(forKey: trial) ?? [] {
            tasks[id]?.missing.removeAll { $0 == trial }
            guard let entry = tasks[id], entry.missing.isEmpty, entry.state.isOpen else { continue }
            if let lease = entry.lease {
                release(id, from: lease.worker)
                commit([.attemptEnded(id, lease.attempt, .done)], .note, &effects)
                if lease.worker != worker || id != name.task {
                    tell(lease.worker, .cancel(AttemptName(id, lease.attempt)), &effects)
                }
            }
            effects.append(.report(.taskDone(id, entry.task.sweep)))
            close(id, as: .done, &effects)
        }
    }
}
