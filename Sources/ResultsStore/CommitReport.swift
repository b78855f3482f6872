package import Coordination

/// What became of the results in a batch of records.
package struct CommitReport: Hashable, Sendable {
    /// Trials whose result is this one.
    package var added: [TrialID] = []
    /// Trials that had the same result already.
    package var repeated: [TrialID] = []
    /// Trials that had a different result already; the first one stays, and an event tells of it.
    package var diverged: [TrialID] = []
    /// Results that cannot be stored, because they contradict themselves or belong to no known trial.
    package var refused: [Refusal] = []

    /// Stray results that are left out.
    package var strays: [Stray] = []

    /// A result whose attempt is not known here, or that is not wanted.
    package struct Stray: Hashable, Sendable {
        package let trial: TrialID
        package let name: AttemptName
        package let worker: WorkerID
        /// `unknown` or `unwanted`.
        package let outcome: OfferOutcome
    }

    /// Results that were not handed to the store because the file that belongs to them is not there; the shell fills it in.
    package var lacking: [Lack] = []

    /// A result whose file has to be given first.
    package struct Lack: Hashable, Sendable {
        package let trial: TrialID
        package let name: AttemptName
        package let worker: WorkerID

        package init(trial: TrialID, name: AttemptName, worker: WorkerID) {
            (self.trial, self.name, self.worker) = (trial, name, worker)
        }
    }

    package struct Refusal: Hashable, Sendable {
        package let trial: TrialID
        package let cause: String
    }
}
