package import Coordination
import GRDB

extension Schema {
    /// Whether a sweep gets no turns, which outlives the coordinator that was told so.
    static let pauses = "ALTER TABLE sweeps ADD COLUMN paused INTEGER NOT NULL DEFAULT 0 CHECK (paused IN (0, 1))"
}

extension ResultsStore {
    /// Lets a sweep have no turns until it is resumed, also with later coordinators; what runs goes on, and so do its results.
    package func pause(_ sweep: SweepID) throws(StoreError) { try write(isPaused: true, sweep) }

    /// Lets a sweep have its turns again.
    package func resume(_ sweep: SweepID) throws(StoreError) { try write(isPaused: false, sweep) }

    /// Whether a sweep is paused.
    package func isPaused(_ sweep: SweepID) throws(StoreError) -> Bool {
        try read { db in
            try Bool.fetchOne(db, sql: "SELECT paused FROM sweeps WHERE id = ?", arguments: [sweep.data]) ?? false
        }
    }

    private func write(isPaused: Bool, _ sweep: SweepID) throws(StoreError) {
        try write { db in
            try db.execute(sql: "UPDATE sweeps SET paused = ? WHERE id = ?", arguments: [isPaused, sweep.data])
        }
    }

    /// The column of pauses, or what stands for it in a database of an earlier version, which is only read.
    static func pausedColumn(_ db: Database) throws -> String {
        try db.columns(in: "sweeps").contains { $0.name == "paused" } ? "paused" : "0"
    }
}
