package import Coordination
import GRDB

extension ResultsStore {
    /// What sweeps are called.
    package func sweepNames() throws(StoreError) -> [SweepID: String] {
        try read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT id, name FROM sweeps")
            return try Dictionary(rows.map { (try $0.identifier(at: 0), $0[1]) }) { first, _ in first }
        }
    }
}
