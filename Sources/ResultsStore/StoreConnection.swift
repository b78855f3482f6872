import Foundation
import GRDB

/// The one connection to a results database, and the lock under which it writes.
///
/// A reader has no lock, because it changes nothing.
final class StoreConnection: Sendable {
    let folder: StateFolder
    let queue: DatabaseQueue
    let ballast: Ballast?
    private let lock: FolderLock?

    /// Opens a folder to write to it.
    init(writing folder: StateFolder, largestSize: Int?) throws(StoreError) {
        self.folder = folder
        try folder.create()
        try folder.requireLocalDisk()
        lock = try FolderLock(folder)
        try folder.requireDatabaseWhereOneWas()
        ballast = Ballast(folder)
        // What the last process left in the log shows that it did not close the database.
        let wasCutOff = folder.size(of: folder.writeAheadLog) > 0
        do {
            queue = try DatabaseQueue(path: folder.database.path, configuration: Self.configuration())
            try queue.inDatabase { db in
                try Self.requireOurs(db, in: folder)
                if wasCutOff { try Self.requireSound(db, in: folder) }
                try Self.makeDurable(db)
                // Before the first table, so that a start that is cut off leaves a file that is known as ours.
                try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
                if let largestSize { try db.execute(sql: "PRAGMA max_page_count = \(max(1, largestSize / 4096))") }
            }
            try Schema.migrator.migrate(queue)
            try folder.synchronize()
            try ballast?.lay()
        } catch {
            throw Self.openingError(error, in: folder)
        }
    }

    /// Opens a folder to read from it, beside a coordinator that may be writing.
    init(reading folder: StateFolder) throws(StoreError) {
        self.folder = folder
        lock = nil
        ballast = nil
        guard folder.size(of: folder.database) > 0 else { throw .nothingThere(folder: folder.path) }
        do {
            queue = try Self.openForReading(folder)
        } catch {
            throw Self.openingError(error, in: folder)
        }
    }

    deinit {
        // A failure leaves the log for the next opening to read.
        try? close()
    }

    /// Closes the database, and after it gives up the lock.
    func close() throws {
        try queue.close()
        lock?.release()
    }

    private static func openForReading(_ folder: StateFolder) throws -> DatabaseQueue {
        var configuration = configuration()
        configuration.readonly = true
        func open(_ path: String) throws -> DatabaseQueue {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.inDatabase { db in
                try requireOurs(db, in: folder)
                // The coordinator has only just begun.
                if try version(db) == 0 { throw StoreError.nothingThere(folder: folder.path) }
            }
            return queue
        }
        do {
            return try open(folder.database.path)
        } catch let error as DatabaseError
            where error.resultCode == .SQLITE_CANTOPEN && folder.size(of: folder.writeAheadLog) == 0
        {
            // On a read-only disk the log's index cannot be made, and without a log nobody needs it.
            return try open(folder.database.absoluteString + "?immutable=1")
        }
    }

    private static func openingError(_ error: any Error, in folder: StateFolder) -> StoreError {
        // A schema or format that SQLite cannot make sense of comes as the most general of its codes.
        if let error = error as? DatabaseError, error.resultCode == .SQLITE_ERROR {
            return .corrupt(file: folder.database.path, detail: error.message ?? "not readable")
        }
        return StoreError(error, in: folder)
    }

    private static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        // Rows refer to rows whose numbers were just read or written; looking each up again is half of a large submission.
        // Every backup checks them all.
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0")
            // 64 MiB, in KiB: the indexes of half a million trials stay in memory.
            try db.execute(sql: "PRAGMA cache_size = -65536")
        }
        return configuration
    }

    /// Refuses a file that another program wrote, before anything in it is changed.
    private static func requireOurs(_ db: Database, in folder: StateFolder) throws {
        let isEmpty = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") == 0
        let applicationID = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        guard applicationID == Schema.applicationID || (isEmpty && applicationID == 0) else {
            throw StoreError.foreign(file: folder.database.path)
        }
        let version = try version(db)
        guard version <= Schema.version else {
            throw StoreError.newer(file: folder.database.path, version: version, known: Schema.version)
        }
    }

    private static func version(_ db: Database) throws -> Int {
        try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    }

    private static func requireSound(_ db: Database, in folder: StateFolder) throws {
        let findings = try String.fetchAll(db, sql: "PRAGMA quick_check(1)")
        guard findings == ["ok"] else {
            throw StoreError.corrupt(file: folder.database.path, detail: findings.joined(separator: "; "))
        }
    }

    /// Makes every commit survive a power cut.
    ///
    /// This comes after the opening because GRDB's own way into WAL mode sets `synchronous` to NORMAL, which loses the
    /// last commits then.
    private static func makeDurable(_ db: Database) throws {
        let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode = WAL")
        try db.execute(sql: "PRAGMA synchronous = FULL")
        let level = try Int.fetchOne(db, sql: "PRAGMA synchronous")
        guard mode == "wal", level == 2 else {
            throw DatabaseError(message: "journal mode \(mode ?? "unknown"), synchronous \(level ?? -1)")
        }
        // The log shrinks again after a long reader has kept it from being written back.
        try db.execute(sql: "PRAGMA journal_size_limit = \(64 << 20)")
    }
}
