package import Coordination

/// A sweep as the store takes it: its trials in the order of its table, and the tasks that they are run in.
package struct SubmittedSweep: Hashable, Sendable {
    package let id: SweepID
    package let name: String
    /// How its table is laid out.
    package let table: TableDefinition
    package let trials: [TrialID]
    package let tasks: [SweepTask]

    package init(id: SweepID, name: String, table: TableDefinition, trials: [TrialID], tasks: [SweepTask]) {
        self.id = id
        self.name = name
        self.table = table
        self.trials = trials
        self.tasks = tasks
    }
}
