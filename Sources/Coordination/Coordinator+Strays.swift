/// Results of attempts that this coordinator does not remember.
///
/// Their tasks had ended when it was started, so that it was not given them; or its state is an older copy, in which the
/// attempts do not stand. Only the disk can tell the two apart.
extension Coordinator {
    /// An offered result that the disk has to decide about.
    struct Stray: Hashable, Sendable {
        let name: AttemptName
        let trial: TrialID
    }

    mutating func receiveStray(_ offer: Offer, from worker: WorkerID, at now: Moment, _ effects: inout [Effect]) {
        let stray = Stray(name: offer.name, trial: offer.trial)
        // Who asks about more has to ask again, so that nobody fills the disk's queue with names that he has made up.
        guard storeRestsUntil == nil, strays[worker]?.contains(stray) != true,
            strays[worker]?.count ?? 0 < policy.offersAtOnce
        else { return }
        guard offer.hasValues else {
            fetch(offer, from: worker, at: now, &effects)
            return
        }
        strays[worker, default: []].insert(stray)
        let record = Record.stray(
            offer.trial, task: offer.name.task, offer.name.attempt, worker: worker, offer.result)
        commit([record], .stray(offer.trial, offer.name, worker: worker, offer.result.artifact), &effects)
    }

    /// The disk has known the attempt: the trial has a result there now, this one or an earlier one.
    mutating func takeIn(
        _ trial: TrialID, _ name: AttemptName, _ worker: WorkerID, _ artifact: TrialArtifact?, at now: Moment,
        _ effects: inout [Effect]
    ) {
        forgetStray(trial, name, worker)
        guard missingTrials[trial] != nil else {
            answer(name, trial, .stored, worker, &effects)
            return
        }
        // A task of another sweep waits for it; a result of its own that is under way has become the second.
        trialsInCommit.insert(trial)
        finish(trial, name, by: worker, artifact, at: now, &effects)
    }

    /// The disk has left a stray result out.
    mutating func leaveOut(
        _ trial: TrialID, _ name: AttemptName, _ worker: WorkerID, _ outcome: OfferOutcome, _ effects: inout [Effect]
    ) {
        let number = commits.first { _, pending in
            if case .stray(trial, name, worker, _) = pending { true } else { false }
        }?.key
        guard let number else { return }
        commits[number] = .note([])
        forgetStray(trial, name, worker)
        answer(name, trial, outcome, worker, &effects)
    }

    mutating func forgetStray(_ trial: TrialID, _ name: AttemptName, _ worker: WorkerID) {
        strays[worker]?.remove(Stray(name: name, trial: trial))
        if strays[worker]?.isEmpty == true { strays[worker] = nil }
    }
}
