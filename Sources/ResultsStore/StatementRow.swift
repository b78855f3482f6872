import Coordination
import GRDB
import GRDBSQLite

/// A row of a query while it is being read; for the queries that have a million of them.
@safe struct StatementRow {
    private let statement: SQLiteStatement

    init(statement: SQLiteStatement) {
        unsafe self.statement = statement
    }

    func integer(at column: Int32) -> Int64 {
        unsafe sqlite3_column_int64(statement, column)
    }

    /// The identifier in a column.
    func identifier<Kind>(at column: Int32, of _: Kind.Type = Kind.self) throws -> Identifier<Kind> {
        guard unsafe sqlite3_column_bytes(statement, column) == 16,
            let bytes = unsafe sqlite3_column_blob(statement, column)
        else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a column holds no identifier") }
        return unsafe Identifier(
            high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
}
