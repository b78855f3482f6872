/// What earlier work has made that an execution of a task begins from, by content.
///
/// It is not part of the task: it comes to be while a sweep runs, and a task without it may have to wait, or begins anew.
package struct TaskInputs: Hashable, Sendable {
    /// What the trials that it builds on have made; at most ``artifactsLimit``.
    package var artifacts: [TrialID: TrialArtifact]
    /// Where an earlier execution of the same task had come to.
    package var checkpoint: TaskCheckpoint?

    package static let artifactsLimit = 16

    package init(artifacts: [TrialID: TrialArtifact] = [:], checkpoint: TaskCheckpoint? = nil) {
        (self.artifacts, self.checkpoint) = (artifacts, checkpoint)
    }

    /// Nothing.
    package static let none = TaskInputs()
}

/// A training as it stands between two steps.
package struct TaskCheckpoint: Hashable, Sendable {
    package let file: TrialArtifact
    /// How many steps are done.
    package let step: Int

    package init(_ file: TrialArtifact, step: Int) {
        (self.file, self.step) = (file, step)
    }
}
