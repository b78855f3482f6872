package import Coordination
import Foundation
import GRDB

extension ResultsStore {
    /// Where a trial's figures come from; nil where it has none yet.
    package func provenance(of trial: TrialID) throws(StoreError) -> Provenance? {
        try read { db in
            try Row.fetchOne(
                db, sql: "SELECT \(Provenance.columns) WHERE trials.id = ?", arguments: [trial.data]
            ).map { row in try Provenance(row, from: 0) }
        }
    }

    /// The body of a task that a trial is part of, which says what images it reads; nil where no task has it.
    package func taskBody(of trial: TrialID) throws(StoreError) -> [UInt8]? {
        try read { db in
            try Data.fetchOne(
                db,
                sql: """
                    SELECT body FROM trials JOIN task_trials ON trial = trials.number JOIN tasks ON tasks.number = task
                    WHERE trials.id = ? ORDER BY tasks.number DESC LIMIT 1
                    """, arguments: [trial.data]
            ).map { [UInt8]($0) }
        }
    }

    /// Calls `body` with each map of a sweep, one at a time, in the order of its trials, test sets' names and images.
    ///
    /// Maps are many and large, so no more than one is in memory.
    package func forEachMap(of sweep: SweepID, _ body: (StoredMap) throws -> Void) throws {
        try connection.queue.read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT trials.id, maps.* FROM sweeps JOIN sweep_trials ON sweep = sweeps.number
                    JOIN maps USING (trial) JOIN trials ON trials.number = trial WHERE sweeps.id = ?
                    ORDER BY sweep_trials.position, test_set, image
                    """, arguments: [sweep.data])
            while let row = try rows.next() { try body(try StoredMap(row)) }
        }
    }

    /// What happened since the event of this number, oldest first.
    package func events(after number: Int64 = 0) throws(StoreError) -> [StoredEvent] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM events WHERE number > ? ORDER BY number", arguments: [number])
                .map(StoredEvent.init)
        }
    }

    /// How SQLite was told to write, for `posweep doctor` and for the test that keeps it so.
    package func durability() throws(StoreError) -> String {
        try read { db in
            let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode") ?? ""
            return "\(mode), synchronous \(try Int.fetchOne(db, sql: "PRAGMA synchronous") ?? -1)"
        }
    }
}

extension Provenance {
    /// What to select, and where from, for a row that ``init(_:from:)`` reads.
    static let columns = """
        tasks.id, attempt, worker, program_version, host, processor, blas, weights, data, seconds, committed
        FROM results JOIN trials ON trials.number = trial JOIN tasks ON tasks.number = task
        """

    /// - Parameters:
    ///   - row: A row with ``columns``.
    ///   - first: The position of the first of them.
    /// - Throws: `SQLITE_CORRUPT` where an identifier is none.
    init(_ row: Row, from first: Int) throws {
        let attempt: Int64 = row[first + 1]
        self.init(
            task: try row.identifier(at: first), attempt: Attempt(number: UInt64(max(0, attempt))),
            worker: try row.identifier(at: first + 2),
            result: TrialResult.Provenance(
                programVersion: row[first + 3], host: row[first + 4], processor: row[first + 5], blas: row[first + 6],
                weights: row[first + 7], data: row[first + 8], seconds: row[first + 9]),
            committed: row[first + 10])
    }
}

extension StoredMap {
    /// Reads a row of a trial's identifier and the columns of `maps`.
    init(_ row: Row) throws {
        let (height, width): (Int, Int) = (row["height"], row["width"])
        guard let values = TrialResult.Map.values(in: row["pixels"], height: height, width: width) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a map's values do not fill its shape")
        }
        self.init(
            trial: try row.identifier(at: 0),
            map: TrialResult.Map(
                testSet: row["test_set"], image: row["image"], imageName: row["image_name"], height: height,
                width: width, values: values))
    }
}

extension StoredEvent {
    fileprivate init(_ row: Row) {
        self.init(
            number: row["number"], at: row["at"], kind: row["kind"],
            task: (row["task"] as Data?).flatMap { TaskID($0) },
            trial: (row["trial"] as Data?).flatMap { TrialID($0) },
            worker: (row["worker"] as Data?).flatMap { WorkerID($0) }, message: row["message"])
    }
}
