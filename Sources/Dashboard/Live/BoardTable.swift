import Coordination
import Foundation
package import ResultsStore

/// A sweep's table as the page shows it, without what each trial found out.
struct BoardTable: Sendable {
    let name: String
    let definition: TableDefinition
    let rowKeys: [String]
    let groups: [String]
    let rows: [ResultsTable.Row]
    let notes: [String]
    let isCompared: Bool
    /// What stands for nothing in the figures: the trials that the table is made of have a result.
    let finished: Int
    let trials: [TrialID]

    private static let (notesLimit, noteCharacters) = (40, 400)

    /// The table as far as results go, beside the paper's where there is one to read.
    init(of sweep: SweepID, in store: ResultsStore) throws {
        let reference = ReferenceFigures(readableFor: try store.tableDefinition(of: sweep))
        let table = try store.table(of: sweep, reference: reference)
        name = table.name
        definition = table.definition
        rowKeys = table.rowKeys
        groups = table.groups.map(\.title)
        rows = table.rows
        notes = table.notes.prefix(Self.notesLimit).map { String($0.prefix(Self.noteCharacters)) }
        isCompared = table.isCompared
        finished = table.trials.count { if case .finished = $0.state { true } else { false } }
        trials = table.trials.map(\.id)
    }

    /// The places of the trials that a row is made of, at most so many.
    func members(ofRow row: Int, atMost limit: Int) -> [Int] {
        let places = zip(rowKeys, rows[row].keys).compactMap { key, value in
            definition.settings.firstIndex(of: key).map { ($0, value) }
        }
        let members = definition.trials.indices.lazy.filter { trial in
            let settings = definition.trials[trial]
            return places.allSatisfy { settings[$0.0] == $0.1 }
        }
        return Array(members.prefix(limit))
    }
}

extension ReferenceFigures {
    /// The figures that a sweep file names; nil where it names none, or they cannot be read, which `posweep table` explains.
    package init?(readableFor definition: TableDefinition) {
        guard let reference = definition.reference,
            let size = try? URL(filePath: reference.file).resourceValues(forKeys: [.fileSizeKey]).fileSize,
            size <= 1 << 20, let text = try? String(contentsOfFile: reference.file, encoding: .utf8),
            let figures = try? ReferenceFigures(csv: text, file: reference.file, cite: reference.cite)
        else { return nil }
        self = figures
    }
}

/// Which rows of a table are asked for, and in which order.
struct TableQuery: Hashable, Sendable {
    var offset = 0
    var count = 100
    /// A column: the keys of the rows first, then the metrics of each group.
    var sort: Int?
    var isDescending = false
    /// Words that must all stand in a row's keys.
    var filter = ""

    static let countLimit = 500

    /// What decides the order of all rows.
    var order: TableQuery { TableQuery(offset: 0, count: 0, sort: sort, isDescending: isDescending, filter: filter) }
}

extension BoardTable {
    /// The numbers of the rows that are asked for, in their order.
    func order(_ query: TableQuery) -> [Int] {
        let words = query.filter.lowercased().split(separator: " ")
        var order = Array(rows.indices)
        if !words.isEmpty {
            order.removeAll { row in
                let text = zip(rowKeys, rows[row].keys).map { "\($0)=\($1)" }.joined(separator: " ").lowercased()
                return !words.allSatisfy { text.contains($0) }
            }
        }
        guard let column = query.sort else { return order }
        if column < rowKeys.count {
            let values = rows.map { SortedText($0.keys[column]) }
            order.sort { one, other in
                (values[one], one) < (values[other], other)
            }
            return query.isDescending ? order.reversed() : order
        }
        let figures = rows.map { figure(of: $0, column: column - rowKeys.count) }
        order.sort { one, other in
            // What has no figure stands at the end, in whichever direction.
            guard let left = figures[one], let right = figures[other] else {
                return figures[one] != nil || (figures[other] == nil && one < other)
            }
            return left == right ? one < other : query.isDescending ? left > right : left < right
        }
        return order
    }

    private func figure(of row: ResultsTable.Row, column: Int) -> Double? {
        let metrics = max(1, definition.metrics.count)
        guard column / metrics < row.cells.count,
            case .defined(let mean, _)? = row.cells[column / metrics][column % metrics]?.figure
        else { return nil }
        return mean
    }
}

/// Numbers by their size, before texts by their letters.
private struct SortedText: Comparable {
    let number: Double
    let text: String

    init(_ text: String) {
        number = Double(text) ?? .infinity
        self.text = text
    }

    static func < (one: SortedText, other: SortedText) -> Bool {
        (one.number, one.text) < (other.number, other.text)
    }
}
