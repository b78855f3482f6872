import Foundation
import GRDB

/// A database as any other program opens it.
enum RawDatabase {
    static func execute(_ sql: String, in file: URL) throws {
        let queue = try DatabaseQueue(path: file.path)
        try queue.writeWithoutTransaction { db in try db.execute(sql: sql) }
        try queue.close()
    }

    static func strings(_ sql: String, in file: URL) throws -> [String] {
        let queue = try DatabaseQueue(path: file.path)
        defer { try? queue.close() }  // A copy that the test throws away.
        return try queue.read { db in try String.fetchAll(db, sql: sql) }
    }
}
