package import Coordination

/// A sweep as the store takes it: its trials in the order of its table, and the tasks that they are run in.
package struct SubmittedSweep: Hashable, Sendable {
    package let id: SweepID
    package let name: String
    /// What tables are laid out by, as text that only ``ResultsTable`` reads.
    package let definition: String
    package let trials: [TrialID]
    package let tasks: [SweepTask]

    package init(id: SweepID, name: String, definition: String, trials: [TrialID], tasks: [SweepTask]) {
        self.id = id
        self.name = name
        self.definition = definition
        self.trials = trials
        self.tasks = tasks
    }
}
