import Foundation

/// The settings of many trials, column by column: a value that a thousand trials share is there once.
///
/// As a collection it is the trials' rows, in the order of the table.
package struct TrialColumns: RandomAccessCollection, Hashable, Sendable {
    private var columns: [Column]
    package private(set) var count = 0

    private struct Column: Hashable, Codable {
        var values: [String] = []
        /// Which of the values each trial has; empty as long as all have the first.
        var places: [UInt32] = []
    }

    package init(columns: Int) {
        self.columns = Array(repeating: Column(), count: columns)
    }

    /// Takes rows that are all there.
    ///
    /// - Returns: Nil where they do not have one length.
    package init?(_ rows: [[String]]) {
        self.init(columns: rows.first?.count ?? 0)
        var builder = Builder(self)
        for row in rows {
            guard row.count == columns.count else { return nil }
            builder.append(builder.places(of: row))
        }
        self = builder.columns
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { count }
    package var columnCount: Int { columns.count }

    package subscript(trial: Int) -> Row {
        precondition(trial >= 0 && trial < count, "a trial of the table")
        return Row(table: self, trial: trial)
    }

    /// The values that trials have in a column, each once.
    func values(in column: Int) -> [String] { columns[column].values }

    fileprivate func value(of trial: Int, in column: Int) -> String {
        let column = columns[column]
        return column.values[column.places.isEmpty ? 0 : Int(column.places[trial])]
    }

    /// One trial's settings, in the order of the columns.
    package struct Row: RandomAccessCollection, Hashable, Sendable {
        fileprivate let table: TrialColumns
        fileprivate let trial: Int

        fileprivate init(table: TrialColumns, trial: Int) {
            (self.table, self.trial) = (table, trial)
        }

        /// A row that stands alone.
        package init(_ values: [String]) {
            table = TrialColumns([values]) ?? TrialColumns(columns: 0)
            trial = 0
        }

        package var startIndex: Int { 0 }
        package var endIndex: Int { table.columnCount }
        package subscript(column: Int) -> String { table.value(of: trial, in: column) }

        package static func == (one: Row, other: Row) -> Bool { one.elementsEqual(other) }

        package func hash(into hasher: inout Hasher) {
            for value in self { hasher.combine(value) }
        }
    }
}

extension TrialColumns {
    /// Adds rows, and remembers where each value of a column stands.
    package struct Builder {
        package private(set) var columns: TrialColumns
        private var known: [[String: UInt32]]

        package init(_ empty: TrialColumns) {
            columns = empty
            known = Array(repeating: [:], count: empty.columns.count)
        }

        /// The number of a value among those of its column.
        package mutating func place(of value: String, in column: Int) -> UInt32 {
            if let place = known[column][value] { return place }
            let place = UInt32(columns.columns[column].values.count)
            columns.columns[column].values.append(value)
            known[column][value] = place
            return place
        }

        package mutating func places(of row: [String]) -> [UInt32] {
            row.enumerated().map { column, value in place(of: value, in: column) }
        }

        /// Adds a trial that has these values.
        package mutating func append(_ places: [UInt32]) {
            for (column, place) in places.enumerated() {
                if columns.columns[column].places.isEmpty {
                    if place == 0 { continue }
                    columns.columns[column].places = Array(repeating: 0, count: columns.count)
                }
                columns.columns[column].places.append(place)
            }
            columns.count += 1
        }
    }
}

extension TableDefinition {
    /// Whether each trial has a value for each setting.
    var hasWholeRows: Bool { trials.isEmpty || trials.columnCount == settings.count }
}

extension TrialColumns: Codable {
    private enum Keys: String, CodingKey {
        case count, values, places
    }

    /// Reads columns, or, as earlier versions wrote them, rows.
    package init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Keys.self) {
            let values = try container.decode([[String]].self, forKey: .values)
            let places = try container.decode([Data].self, forKey: .places)
            count = try container.decode(Int.self, forKey: .count)
            columns = zip(values, places).map { values, places in
                Column(values: values, places: places.littleEndianNumbers)
            }
            let isWhole = columns.allSatisfy { column in
                column.places.isEmpty
                    ? count == 0 || !column.values.isEmpty
                    : column.places.count == count && column.places.allSatisfy { $0 < column.values.count }
            }
            guard count >= 0, values.count == places.count, isWhole else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "columns that do not fit together"))
            }
            return
        }
        let rows = try decoder.singleValueContainer().decode([[String]].self)
        guard let columns = TrialColumns(rows) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "rows of different lengths"))
        }
        self = columns
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(count, forKey: .count)
        try container.encode(columns.map(\.values), forKey: .values)
        try container.encode(columns.map { Data(littleEndian: $0.places) }, forKey: .places)
    }
}

extension Data {
    fileprivate init(littleEndian numbers: [UInt32]) {
        self.init(capacity: numbers.count * 4)
        for number in numbers {
            unsafe Swift.withUnsafeBytes(of: number.littleEndian) { unsafe append(contentsOf: $0) }
        }
    }

    /// The numbers of four bytes each; what is left over at the end is no number.
    fileprivate var littleEndianNumbers: [UInt32] {
        unsafe withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { index in
                UInt32(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
            }
        }
    }
}
