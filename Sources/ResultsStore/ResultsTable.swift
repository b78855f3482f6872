/// A sweep's results, pivoted: what differs between trials in rows and columns, seeds averaged.
///
/// The same results give the same table, in whatever order and from whatever worker they came. A table of a sweep that
/// is still running is valid: what is missing is shown and counted.
package struct ResultsTable: Hashable, Sendable {
    package let name: String
    package let definition: TableDefinition
    package let trials: [TableTrial]
    /// The names of the keys in front of each row.
    package let rowKeys: [String]
    /// The groups of columns, each with all ``TableDefinition/metrics``.
    package let groups: [Group]
    package let rows: [Row]
    package let isCompared: Bool
    /// What has to be known to read the table: what is undefined, missing, skipped, and on which scale.
    package let notes: [String]

    /// A group of columns.
    package struct Group: Hashable, Sendable {
        package let title: String
    }

    package struct Row: Hashable, Sendable {
        package let keys: [String]
        /// One list for each group, one cell for each metric; nil where the sweep has no such combination.
        package let cells: [[TableCell?]]
    }

    /// Lays results out.
    ///
    /// Settings that differ between trials and that the layout does not name become further row keys: no cell averages
    /// over anything but seeds.
    package init(
        name: String, definition: TableDefinition, trials: [TableTrial], reference: ReferenceFigures? = nil
    ) {
        let pivot = Pivot(definition, trials: trials, reference: reference)
        self.name = name
        self.definition = definition
        self.trials = trials
        rowKeys = pivot.rowKeys
        groups = pivot.columns.map { values in Group(title: pivot.title(of: values)) }
        rows = pivot.rows.map { keys in
            Row(keys: keys, cells: pivot.columns.map { group in pivot.cells(row: keys, column: group) })
        }
        isCompared = reference != nil
        notes =
            TableNotes(definition, trials: trials, cells: rows.flatMap { $0.cells.joined() }, reference: reference)
            .lines
    }
}
