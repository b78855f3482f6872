import Coordination
import GRDB

/// A worker that has ever joined, and what it has done since.
package struct WorkerHistory: Hashable, Sendable {
    package let worker: StoredWorker
    /// The processor on which it found its latest result; nil where it has found none.
    package let processor: String?
    /// The trials whose results are its.
    package let trials: Int
    /// When its latest result was committed, in UTC.
    package let latest: String?
    /// Tasks that it had when this was written down last.
    package let tasks: Int
}

extension ResultsStore {
    /// The workers that ever joined with what they have done, the last one to join first.
    package func workerHistories() throws(StoreError) -> [WorkerHistory] {
        let workers = try workers()
        return try read { db in
            // A bare column beside max() is that of the row in which it was found.
            let found = try Row.fetchAll(
                db, sql: "SELECT worker, processor, count(*), max(committed) FROM results GROUP BY worker")
            let results = try Dictionary(found.map { (try $0.identifier(at: 0) as WorkerID, $0) }) { first, _ in first }
            let open = try Row.fetchAll(
                db, sql: "SELECT worker, count(*) FROM attempts WHERE end IS NULL GROUP BY worker")
            let tasks = try Dictionary(open.map { (try $0.identifier(at: 0) as WorkerID, $0[1] as Int) }) { $0 + $1 }
            return workers.map { worker in
                let row = results[worker.id]
                return WorkerHistory(
                    worker: worker, processor: row?[1], trials: row?[2] ?? 0, latest: row?[3],
                    tasks: tasks[worker.id] ?? 0)
            }
        }
    }
}
