import ResultsStore

/// Some rows of a table, as the page asks for them.
struct TableWindow: Encodable, Sendable {
    let name: String
    let description: String?
    let rowKeys: [String]
    let groups: [String]
    let metrics: [String]
    let rows: [Row]
    let offset: Int
    /// Rows that fit the filter, and all.
    let matching: Int
    let all: Int
    /// The trials that had a result when the table was made.
    let finished: Int
    let isCompared: Bool
    let notes: [String]

    struct Row: Encodable, Sendable {
        let number: Int
        let keys: [String]
        /// The metrics of each group; nil where the sweep has no such combination.
        let cells: [Cell?]
    }

    struct Cell: Encodable, Sendable {
        let text: String
        let mean: Double?
        let isBest: Bool
        /// The paper's figure, what ours differs by, and whether that is within the tolerance.
        let paper: String?
        let difference: String?
        let verdict: String?

        init(_ cell: TableCell) {
            text = cell.text
            mean = if case .defined(let mean, _) = cell.figure { mean } else { nil }
            isBest = cell.isBest
            paper = cell.reference == nil ? nil : cell.referenceText
            difference = cell.difference == nil ? nil : cell.differenceText
            verdict = cell.verdict?.rawValue
        }
    }

    init(_ table: BoardTable, _ query: TableQuery, order: [Int]) {
        name = table.name
        description = table.definition.description
        (rowKeys, groups, metrics) = (table.rowKeys, table.groups, table.definition.metrics)
        offset = max(0, min(query.offset, order.count - 1))
        rows = order.dropFirst(offset).prefix(query.count).map { number in
            let row = table.rows[number]
            return Row(number: number, keys: row.keys, cells: row.cells.joined().map { $0.map(Cell.init) })
        }
        (matching, all, finished) = (order.count, table.rows.count, table.finished)
        (isCompared, notes) = (table.isCompared, table.notes)
    }
}
