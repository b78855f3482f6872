package import Foundation
import GRDB

/// Everything that is known of sweeps and their results, on disk, each result exactly once.
///
/// One process writes, through one connection; others may read at the same time. What a call has returned survives a
/// power cut.
///
/// ```swift
/// let store = try ResultsStore(folder: URL(filePath: "posweep-state"))
/// let epoch = try store.raiseEpoch()
/// let submission = try store.submit(sweep, at: Date())
/// let report = try store.commit([.result(trial, task: task, .first, worker: worker, result)])
/// ```
package struct ResultsStore: Sendable {
    let connection: StoreConnection

    /// Opens a folder to write to it, and makes it where there is none.
    ///
    /// - Parameters:
    ///   - folder: Where ``StateFolder``'s files stand.
    ///   - largestSize: The bytes beyond which the database counts as full; nil leaves it to the disk.
    /// - Throws: `owned` where another process writes there, and every other case of ``StoreError`` that a folder can be
    ///   unfit by. A file that cannot be used is left as it is.
    package init(folder: URL, largestSize: Int? = nil) throws(StoreError) {
        connection = try StoreConnection(writing: StateFolder(folder), largestSize: largestSize)
    }

    /// Opens a folder to read from it, whether a coordinator is writing there or not.
    package init(reading folder: URL) throws(StoreError) {
        connection = try StoreConnection(reading: StateFolder(folder))
    }

    package var folder: StateFolder { connection.folder }

    /// Writes the log back into the database, closes it and gives the folder up; nothing can be asked of it after.
    ///
    /// A store that is not closed loses nothing.
    package func close() throws(StoreError) {
        do {
            try connection.close()
        } catch {
            throw StoreError(error, in: folder)
        }
    }
}

extension ResultsStore {
    /// Runs one transaction; it is on disk when this returns, or nothing of it ever will be.
    func write<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        // Room for the ballast is the sign that a full disk has room again.
        try connection.ballast?.lay()
        do {
            return try connection.queue.write(body)
        } catch {
            let error = StoreError(error, in: folder)
            if case .full = error { makeRoom() }
            throw error
        }
    }

    func read<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
        do {
            return try connection.queue.read(body)
        } catch {
            throw StoreError(error, in: folder)
        }
    }

    /// Gives the ballast up and lets SQLite write its log back, so that the log's room is free again.
    private func makeRoom() {
        connection.ballast?.release()
        // Where even this fails for want of room, the log stays as it is, and it is tried again at the next commit.
        _ = try? connection.queue.inDatabase { db in try db.checkpoint(.truncate) }
    }
}

extension ResultsStore {
    /// Starts a new reign: returns a number larger than every one that was ever returned for this folder.
    ///
    /// Workers refuse a coordinator of an older epoch than they have seen. A copy stands beside the database, so the
    /// epoch grows even when the database was restored from a backup; then attempts are counted from a number that no
    /// coordinator before can have reached, since the database does not know them all. Executions that an earlier coordinator left open
    /// are closed as lost, unless their workers may come back with them.
    package func raiseEpoch(closingExecutions: Bool = true, at date: Date = Date()) throws(StoreError) -> UInt64 {
        let beside = try folder.readEpoch()
        let epoch = try write { db in
            let known = try Self.epoch(db)
            let epoch = max(known, beside) + 1
            if known < beside { try Self.countAttempts(from: epoch * attemptsInAReign, db) }
            try db.execute(
                sql: "INSERT INTO meta VALUES ('epoch', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                arguments: [epoch])
            if closingExecutions {
                try db.execute(
                    sql: "UPDATE attempts SET end = 'lost', ended = ? WHERE end IS NULL",
                    arguments: [Self.text(of: date)])
            }
            return epoch
        }
        try folder.writeEpoch(epoch)
        return UInt64(epoch)
    }

    /// More than a task is ever tried; so many numbers are left out for each epoch before a restored backup.
    private var attemptsInAReign: Int64 { 1_000_000 }

    private static func countAttempts(from number: Int64, _ db: Database) throws {
        try db.execute(
            sql: "INSERT INTO meta VALUES ('attempts', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            arguments: [number])
    }

    /// The number that every further attempt is larger than; 0 unless a backup was restored.
    static func attemptsFloor(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'attempts'") ?? 0
    }

    static func epoch(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'epoch'") ?? 0
    }

    /// A moment of the wall clock in UTC, for people to read; nothing is decided by it.
    static func text(of date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }
}
