import Sweep

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
    package let baseline: Baseline?
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
        name: String, definition: TableDefinition, trials: [TableTrial], reference: ReferenceFigures? = nil,
        baseline: Baseline? = nil
    ) {
        let pivot = Pivot(definition, trials: trials, reference: reference, baseline: baseline)
        self.name = name
        self.definition = definition
        self.trials = trials
        self.baseline = baseline
        rowKeys = pivot.rowKeys
        groups = pivot.columns.map { values in Group(title: pivot.title(of: values)) }
        rows = Self.markingBest(
            pivot.rows.map { keys in
                Row(keys: keys, cells: pivot.columns.map { group in pivot.cells(row: keys, column: group) })
            }, rowKeys: pivot.rowKeys, metrics: definition.metrics)
        isCompared = reference != nil
        notes =
            TableNotes(
                definition, trials: trials, cells: rows.flatMap { $0.cells.joined() }, reference: reference,
                baseline: baseline
            ).lines
    }

    /// What is predicted and on what: among rows that differ in these, no figure is better than another.
    private static let tasks: Set<String> = ["target", "stripes", TableDefinition.testKey]

    /// Marks the best figure of each column among the rows that predict the same, where there are several.
    private static func markingBest(_ rows: [Row], rowKeys: [String], metrics: [String]) -> [Row] {
        let taskKeys = rowKeys.indices.filter { tasks.contains(rowKeys[$0]) }
        let peers = Dictionary(grouping: rows.indices) { row in taskKeys.map { rows[row].keys[$0] } }
        var cells = rows.map(\.cells)
        for members in peers.values {
            for group in rows.first?.cells.indices ?? 0..<0 {
                for (position, metric) in metrics.enumerated() {
                    let found = members.compactMap { row -> (row: Int, mean: Double)? in
                        guard case .defined(let mean, _)? = cells[row][group][position]?.figure else { return nil }
                        return (row, mean)
                    }
                    let means = found.map(\.mean)
                    let best = TableLayout.prefersSmall(metric) ? means.min() : means.max()
                    guard found.count > 1, let best else { continue }
                    for member in found where member.mean == best { cells[member.row][group][position]?.isBest = true }
                }
            }
        }
        return zip(rows, cells).map { Row(keys: $0.keys, cells: $1) }
    }

    /// What keeps a baseline from being one in a table of this definition; nil where nothing does.
    package static func mistake(in baseline: Baseline, definition: TableDefinition, trials: [TableTrial]) -> String? {
        let pivot = Pivot(definition, trials: trials, reference: nil)
        return baseline.mistake(rowKeys: pivot.rowKeys, columnKeys: pivot.columnKeys) { key in
            let (row, column) = (pivot.rowKeys.firstIndex(of: key), pivot.columnKeys.firstIndex(of: key))
            let values =
                row.map { row in pivot.rows.map { $0[row] } }
                ?? column.map { column in pivot.columns.map { $0[column] } } ?? []
            var seen: Set<String> = []
            return values.filter { seen.insert($0).inserted }
        }
    }

    /// The figures that are compared with a reference, as `posweep check` lists them.
    package var comparisons: [Comparison] {
        rows.flatMap { row in
            zip(groups, row.cells).flatMap { group, cells in
                zip(definition.metrics, cells).compactMap { metric, cell in
                    guard let cell, cell.reference != nil else { return nil }
                    return Comparison(keys: row.keys, group: group.title, metric: metric, cell: cell)
                }
            }
        }
    }

    /// A figure with a reference.
    package struct Comparison: Hashable, Sendable {
        package let keys: [String]
        package let group: String
        package let metric: String
        package let cell: TableCell
    }
}
