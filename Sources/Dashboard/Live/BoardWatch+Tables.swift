import Coordination
import Foundation
import ResultsStore

extension BoardWatch {
    /// A table that was made, and orders of its rows that were asked for.
    struct TableEntry {
        let table: BoardTable
        let mark: Int64
        let made: ContinuousClock.Instant
        /// Until when it is good enough, whatever is written.
        let restsUntil: ContinuousClock.Instant
        var orders: [TableQuery: [Int]] = [:]
        var used: ContinuousClock.Instant
    }

    private static let (tablesLimit, ordersLimit) = (3, 8)

    /// Some rows of a sweep's table.
    func window(of sweep: SweepID, _ query: TableQuery) async throws -> TableWindow {
        let table = try await table(of: sweep)
        if let order = tables[sweep]?.orders[query.order] { return TableWindow(table, query, order: order) }
        let mark = tables[sweep]?.mark
        let order = try await reader.read { _ in table.order(query) }
        if let entry = tables[sweep], entry.mark == mark {
            if entry.orders.count >= Self.ordersLimit { tables[sweep]?.orders = [:] }
            tables[sweep]?.orders[query.order] = order
        }
        return TableWindow(table, query, order: order)
    }

    /// A sweep's table, made anew where something was written and making it leaves enough time to others.
    func table(of sweep: SweepID) async throws -> BoardTable {
        if let entry = tables[sweep] {
            tables[sweep]?.used = .now
            if .now < entry.restsUntil { return entry.table }
            if try await reader.read({ try $0.changeMark() }) == entry.mark { return entry.table }
        }
        if let making = tablesInTheMaking[sweep] { return try await making.value }
        let task = Task { try await makeTable(of: sweep) }
        tablesInTheMaking[sweep] = task
        defer { tablesInTheMaking[sweep] = nil }
        return try await task.value
    }

    private func makeTable(of sweep: SweepID) async throws -> BoardTable {
        let ((mark, table), cost) = try await reader.measured { store in
            (try store.changeMark(), try BoardTable(of: sweep, in: store))
        }
        let now = ContinuousClock.now
        tables[sweep] = TableEntry(table: table, mark: mark, made: now, restsUntil: now + cost * Self.rest, used: now)
        if tables.count > Self.tablesLimit, let oldest = tables.min(by: { $0.value.used < $1.value.used }) {
            tables[oldest.key] = nil
        }
        return table
    }
}
