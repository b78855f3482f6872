package import Coordination

/// How far a sweep is.
package struct SweepProgress: Hashable, Sendable {
    package struct Trials: Hashable, Sendable {
        package let all: Int
        package let finished: Int
        /// Without a result, and in no task that is still tried.
        package let failed: Int

        package var missing: Int { all - finished - failed }
    }

    package struct Tasks: Hashable, Sendable {
        package let all: Int
        /// All of their trials have a result.
        package let finished: Int
        /// In a worker's hands, as far as is written down.
        package let running: Int
        package let failed: Int
        /// Waiting for what other tasks have to make first.
        package let blocked: Int

        /// All that wait, the blocked ones among them.
        package var waiting: Int { all - finished - running - failed }
    }

    package let sweep: SweepID
    package let name: String
    package let isCancelled: Bool
    /// Whether nothing of it is given to workers until it is resumed.
    package let isPaused: Bool
    package let priority: SweepPriority
    package let trials: Trials
    package let tasks: Tasks
    /// The causes of failed tasks, each once, in the order of the tasks.
    package let failures: [String]
}
