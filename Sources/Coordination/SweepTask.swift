/// A unit of work: trials that one worker runs in one go.
package struct SweepTask: Hashable, Sendable {
    package let id: TaskID
    package let sweep: SweepID
    /// What the worker has to do, opaque to the coordinator; at most ``bodyBytesLimit`` bytes.
    package let body: [UInt8]
    /// The trials whose results are still missing, in the task's order.
    package let trials: [TrialID]
    /// The number that its next execution gets; above 1 where an earlier coordinator has started some.
    package let nextAttempt: Attempt
    /// Its latest executions, the oldest first; the open ones may still go on.
    package let executions: [Execution]
    /// Hashes of what a worker needs for it: the features, then the files that they are made of, what matters most first.
    ///
    /// Workers that have them are preferred. At most ``needsLimit``.
    package let needs: [UInt64]
    /// The trials of other tasks without whose artifacts it cannot begin; at most ``TaskInputs/artifactsLimit``.
    ///
    /// What computes these requires nothing itself.
    package let requires: [TrialID]
    /// What of it is on disk.
    package let artifacts: [TrialID: TrialArtifact]
    /// Bytes of memory that it takes at its peak, roughly; 0 where nobody knows.
    ///
    /// Workers that have less do not get it.
    package private(set) var memory = 0

    /// What fits into one message beside the rest of an assignment.
    package static let bodyBytesLimit = 48 * 1024
    /// The features, the weights, and a list for each of the most test sets that a sweep may have and its training images.
    package static let needsLimit = 72

    package init(
        id: TaskID, sweep: SweepID, body: [UInt8], trials: [TrialID], nextAttempt: Attempt = .first,
        executions: [Execution] = [], needs: [UInt64] = [], requires: [TrialID] = [],
        artifacts: [TrialID: TrialArtifact] = [:]
    ) {
        self.id = id
        self.sweep = sweep
        self.body = body
        self.trials = trials
        self.nextAttempt = nextAttempt
        self.executions = executions
        self.needs = Array(needs.prefix(Self.needsLimit))
        self.requires = Array(requires.prefix(TaskInputs.artifactsLimit))
        self.artifacts = artifacts
    }

    /// The same task, which takes so much memory.
    package func taking(memory: Int) -> SweepTask {
        var task = self
        task.memory = memory
        return task
    }
}
