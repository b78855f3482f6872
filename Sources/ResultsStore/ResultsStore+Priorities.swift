package import Coordination
import GRDB

extension ResultsStore {
    /// Changes how a sweep's turns compare with those of others, also for later coordinators.
    package func prioritise(_ sweep: SweepID, _ priority: SweepPriority) throws(StoreError) {
        try write { db in try Self.write(priority, ofSweep: sweep, db) }
    }

    /// How a sweep's turns compare with those of others.
    package func priority(of sweep: SweepID) throws(StoreError) -> SweepPriority {
        try read { db in
            let value = try Int.fetchOne(
                db, sql: "SELECT priority FROM sweeps WHERE id = ?", arguments: [sweep.data])
            return value.flatMap { SweepPriority($0) } ?? .usual
        }
    }

    static func write(_ priority: SweepPriority, ofSweep sweep: SweepID, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE sweeps SET priority = ? WHERE id = ?", arguments: [priority.value, sweep.data])
    }

    /// The column of priorities, or what stands for it in a database of an earlier version, which is only read.
    static func priorityColumn(_ db: Database) throws -> String {
        try db.columns(in: "sweeps").contains { $0.name == "priority" } ? "priority" : "\(SweepPriority.usual.value)"
    }
}
