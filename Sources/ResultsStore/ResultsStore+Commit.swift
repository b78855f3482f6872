package import Coordination
package import Foundation
import GRDB

extension ResultsStore {
    /// Writes a batch of records in one transaction, which is on disk when this returns.
    ///
    /// Committing a record twice is harmless. The larger the batch, the less each record costs, because the disk is
    /// waited for once.
    ///
    /// - Throws: `full` where there is no room: nothing of the batch is written, and the same call can be made again.
    ///   After `diskError` the process should end and open the folder anew.
    @discardableResult
    package func commit(_ records: [Coordination.Record], at date: Date = Date()) throws(StoreError) -> CommitReport {
        guard !records.isEmpty else { return CommitReport() }
        return try write { db in
            var transaction = try ResultCommit(db, time: Self.text(of: date))
            for record in records { try transaction.write(record) }
            return transaction.report
        }
    }

    /// Writes down something that people may want to know later.
    package func recordEvent(
        _ kind: String, _ message: String, task: TaskID? = nil, trial: TrialID? = nil, worker: WorkerID? = nil,
        at date: Date = Date()
    ) throws(StoreError) {
        try write { db in
            try db.execute(
                sql: "INSERT INTO events (at, kind, task, trial, worker, message) VALUES (?, ?, ?, ?, ?, ?)",
                arguments: [Self.text(of: date), kind, task?.data, trial?.data, worker?.data, message])
        }
    }
}
