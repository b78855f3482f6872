package import Coordination

/// What a dashboard is told by the process around it, since no store knows it; without a coordinator it is nothing.
package struct ClusterView: Sendable {
    /// Who works at this moment.
    package var workers: @Sendable () -> [Board.Worker] = { [] }
    /// Puts a sweep's failed tasks back in the queue, or those of one trial; nil where nobody could.
    package var retry: (@Sendable (SweepID, TrialID?) throws -> Retried)?
    /// The map that a target asks for as a square of this side, row by row; stripes as settings spell them.
    package var truth: @Sendable (_ target: String, _ stripes: String?, _ side: Int) -> [Float]? = { _, _, _ in nil }
    /// The trainings that run at this moment and have ended an epoch.
    package var running: @Sendable () throws -> [RunningTraining] = { [] }

    package init() {}

    /// What was put back.
    package struct Retried: Encodable, Sendable {
        let tasks: Int
        /// Trials that were not asked for and stand in the same tasks.
        let otherTrials: Int

        package init(tasks: Int, otherTrials: Int = 0) {
            (self.tasks, self.otherTrials) = (tasks, otherTrials)
        }
    }
}
