import Coordination

/// Sorts a sweep's trials and test sets into the rows and columns of a table.
struct Pivot {
    let rowKeys: [String]
    let columnKeys: [String]
    private(set) var rows: [[String]] = []
    private(set) var columns: [[String]] = []

    private let definition: TableDefinition
    private let reference: ReferenceFigures?
    private let baseline: Baseline?
    private var places: [Place: Members] = [:]

    /// The values of the row keys and of the column keys.
    private struct Place: Hashable {
        let row: [String]
        let column: [String]
    }

    private struct Members {
        let testSet: String
        var trials: [TableTrial]
    }

    init(
        _ definition: TableDefinition, trials: [TableTrial], reference: ReferenceFigures?, baseline: Baseline? = nil
    ) {
        self.definition = definition
        self.reference = reference
        self.baseline = baseline
        columnKeys = definition.columns
        let rowKeys = definition.rows + Self.furtherKeys(definition, trials: trials)
        self.rowKeys = rowKeys

        let position = Dictionary(
            definition.settings.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        func values(of keys: [String], _ trial: TableTrial, _ testSet: String) -> [String] {
            keys.map { key in
                key == TableDefinition.testKey ? testSet : position[key].map { trial.settings[$0] } ?? ""
            }
        }
        var (rowRanks, columnRanks) = (Ranks(keys: rowKeys.count), Ranks(keys: columnKeys.count))
        for trial in trials {
            for testSet in definition.testSets {
                let place = Place(
                    row: values(of: rowKeys, trial, testSet), column: values(of: columnKeys, trial, testSet))
                rowRanks.note(place.row)
                columnRanks.note(place.column)
                places[place, default: Members(testSet: testSet, trials: [])].trials.append(trial)
            }
        }
        rows = rowRanks.sorted
        columns = columnRanks.sorted
    }

    /// The cells of one group of columns, one for each metric.
    func cells(row: [String], column: [String]) -> [TableCell?] {
        let members = places[Place(row: row, column: column)]
        let base = baseline.flatMap {
            places[Place(row: $0.values(row, rowKeys), column: $0.values(column, columnKeys))]
        }
        return definition.metrics.map { metric in members.map { cell(metric, $0, baseline: base) } }
    }

    private func cell(_ metric: String, _ members: Members, baseline: Members?) -> TableCell {
        var cell = TableCell(metric, on: members.testSet, of: members.trials)
        if let baseline, baseline.trials.map(\.id) != members.trials.map(\.id) {
            let base = values(of: metric, baseline)
            cell.paired = PairedDifference(
                values(of: metric, members).compactMap { seed, value in base[seed].map { value - $0 } }
                    .sorted())
        }
        guard let reference, let trial = members.trials.first else { return cell }
        let settings = Dictionary(zip(definition.settings, trial.settings), uniquingKeysWith: { first, _ in first })
        cell.reference = reference.figure(metric, on: members.testSet, settings: settings)
        cell.isComparable = !StripeScale.differsFromPaper(metric, settings: settings)
        cell.tolerance = definition.reference?.tolerance[metric]
        return cell
    }

    /// A metric's values by seed.
    private func values(of metric: String, _ members: Members) -> [String: Double] {
        let place = definition.settings.firstIndex(of: TableDefinition.seedKey)
        return Dictionary(
            members.trials.compactMap { trial in
                trial.findings?.metric(metric, on: members.testSet)?.value.map { value in
                    (place.map { trial.settings[$0] } ?? "", value)
                }
            }, uniquingKeysWith: { first, _ in first })
    }

    /// `natural` for a test set, `posenet.kernel 3` for a setting.
    func title(of column: [String]) -> String {
        zip(columnKeys, column)
            .map { key, value in key == TableDefinition.testKey ? value : "\(key) \(value)" }
            .joined(separator: ", ")
    }

    /// What differs between the sweep's rows and is neither in the layout nor the seed.
    ///
    /// A setting that is irrelevant for some trials and the same for all others follows from what makes it irrelevant.
    private static func furtherKeys(_ definition: TableDefinition, trials: [TableTrial]) -> [String] {
        let named = Set(definition.rows + definition.columns + [TableDefinition.seedKey])
        let settings = definition.settings.enumerated().filter { position, key in
            guard !named.contains(key) else { return false }
            let relevant = trials.lazy.map { $0.settings[position] }.filter { $0 != TableDefinition.irrelevant }
            guard let first = relevant.first else { return false }
            return relevant.contains { $0 != first }
        }
        let test = definition.testSets.count > 1 && !named.contains(TableDefinition.testKey)
        return settings.map(\.element) + (test ? [TableDefinition.testKey] : [])
    }
}

/// Remembers in which order the values of each key were first seen, and sorts by it.
private struct Ranks {
    private var ranks: [[String: Int]]
    private var seen: Set<[String]> = []

    init(keys: Int) {
        ranks = Array(repeating: [:], count: keys)
    }

    mutating func note(_ values: [String]) {
        guard seen.insert(values).inserted else { return }
        for (position, value) in values.enumerated() where ranks[position][value] == nil {
            ranks[position][value] = ranks[position].count
        }
    }

    var sorted: [[String]] {
        func rank(_ values: [String]) -> [Int] {
            values.enumerated().map { position, value in ranks[position][value] ?? 0 }
        }
        return seen.map { (rank($0), $0) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }.map(\.1)
    }
}
