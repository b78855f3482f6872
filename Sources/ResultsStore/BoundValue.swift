import Coordination
import Foundation
import GRDB
import GRDBSQLite

/// A value for a parameter of a statement.
///
/// GRDB's own arguments are boxed one by one, which costs more than what SQLite then does with them.
enum BoundValue {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case bytes(Data)
    case identifier(high: UInt64, low: UInt64)

    static func id<Kind>(_ identifier: Identifier<Kind>) -> BoundValue {
        .identifier(high: identifier.high, low: identifier.low)
    }

    static func number(_ number: some BinaryInteger) -> BoundValue { .integer(Int64(clamping: number)) }

    static func text(_ text: String?) -> BoundValue { text.map { .text($0) } ?? .null }

    /// Binds the value to the parameter with this number, counted from 1; SQLite takes a copy.
    fileprivate func bind(to statement: SQLiteStatement, at position: Int32) -> Int32 {
        // The library's name for "copy it", which Swift does not import.
        let copied = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        switch self {
        case .null: return unsafe sqlite3_bind_null(statement, position)
        case .integer(let number): return unsafe sqlite3_bind_int64(statement, position, number)
        case .real(let number): return unsafe sqlite3_bind_double(statement, position, number)
        case .text(var text):
            return text.withUTF8 { bytes in
                unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                    unsafe sqlite3_bind_text(
                        statement, position, characters.baseAddress, Int32(characters.count), copied)
                }
            }
        case .bytes(let data):
            return unsafe data.withUnsafeBytes { bytes in
                unsafe sqlite3_bind_blob(statement, position, bytes.baseAddress, Int32(bytes.count), copied)
            }
        case .identifier(let high, let low):
            return unsafe withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { bytes in
                unsafe sqlite3_bind_blob(statement, position, bytes.baseAddress, Int32(bytes.count), copied)
            }
        }
    }
}

extension Database {
    /// Runs a statement that returns no rows, compiled once for the life of the connection.
    func run(_ sql: String, _ values: [BoundValue]) throws {
        try PreparedStatement(sql, self).run(values)
    }

    /// Reads the rows of a query, one after another.
    func forEachRow(_ sql: String, _ values: [BoundValue], _ body: (StatementRow) throws -> Void) throws {
        let statement = unsafe try cachedStatement(sql: sql).sqliteStatement
        defer { unsafe _ = sqlite3_reset(statement) }
        for (index, value) in values.enumerated() {
            unsafe try require(value.bind(to: statement, at: Int32(index + 1)), of: sql, SQLITE_OK)
        }
        while true {
            let code = unsafe sqlite3_step(statement)
            if code == SQLITE_DONE { return }
            try require(code, of: sql, SQLITE_ROW)
            unsafe try body(StatementRow(statement: statement))
        }
    }

    fileprivate func require(_ code: Int32, of sql: @autoclosure () -> String, _ expected: Int32) throws {
        guard code != expected else { return }
        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: lastErrorMessage, sql: sql())
    }
}

/// A statement that returns no rows and is run many times in a transaction: finding it by its text takes as long as SQLite then
/// takes for it.
struct PreparedStatement {
    private let statement: Statement
    private let db: Database

    init(_ sql: String, _ db: Database) throws {
        statement = try db.cachedStatement(sql: sql)
        self.db = db
    }

    func run(_ values: [BoundValue]) throws {
        let pointer = unsafe statement.sqliteStatement
        defer { unsafe _ = sqlite3_reset(pointer) }
        for (index, value) in values.enumerated() {
            unsafe try db.require(value.bind(to: pointer, at: Int32(index + 1)), of: statement.sql, SQLITE_OK)
        }
        unsafe try db.require(sqlite3_step(pointer), of: statement.sql, SQLITE_DONE)
    }
}
