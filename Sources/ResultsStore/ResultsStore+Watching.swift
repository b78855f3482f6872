package import Coordination
package import Foundation
import GRDB

extension ResultsStore {
    /// A number that is another one whenever another connection has written since this one last asked.
    package func changeMark() throws(StoreError) -> Int64 {
        do {
            return try connection.queue.inDatabase { db in try Int64.fetchOne(db, sql: "PRAGMA data_version") ?? 0 }
        } catch {
            throw StoreError(error, in: folder)
        }
    }

    /// How many results each worker has had, whatever sweep they belong to.
    package func resultCounts() throws(StoreError) -> [WorkerID: Int] {
        try read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT worker, count(*) FROM results GROUP BY worker")
            return try Dictionary(rows.map { (try $0.identifier(at: 0) as WorkerID, $0[1] as Int) }) { $0 + $1 }
        }
    }

    /// How many results of each sweep were committed after a moment, and how many seconds ago the first of them.
    package func recentResults(since date: Date) throws(StoreError) -> [SweepID: (count: Int, seconds: Double)] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT sweeps.id, count(*), (julianday('now') - julianday(min(committed))) * 86400
                    FROM sweeps JOIN sweep_trials ON sweep = sweeps.number JOIN results USING (trial)
                    WHERE committed > ? GROUP BY sweeps.number
                    """, arguments: [Self.text(of: date)])
            return try Dictionary(rows.map { (try $0.identifier(at: 0) as SweepID, ($0[1] as Int, $0[2] as Double)) }) {
                first, _ in first
            }
        }
    }

    /// The first of a sweep's trials that have no result and are in no task that is still tried.
    package func failedTrials(of sweep: SweepID, atMost limit: Int) throws(StoreError) -> [FailedTrial] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT sweep_trials.position, trials.id, tasks.cause FROM sweeps
                    JOIN sweep_tasks ON sweep_tasks.sweep = sweeps.number
                    JOIN tasks ON tasks.number = sweep_tasks.task AND tasks.state = 'failed'
                    JOIN task_trials ON task_trials.task = tasks.number
                    JOIN sweep_trials ON sweep_trials.sweep = sweeps.number AND sweep_trials.trial = task_trials.trial
                    JOIN trials ON trials.number = task_trials.trial
                    WHERE sweeps.id = ? AND NOT EXISTS (SELECT 1 FROM results WHERE results.trial = trials.number)
                        AND NOT EXISTS (
                            SELECT 1 FROM task_trials AS others JOIN tasks AS open ON open.number = others.task
                            WHERE others.trial = trials.number AND open.state = 'open')
                    GROUP BY trials.number ORDER BY sweep_tasks.position LIMIT ?
                    """, arguments: [sweep.data, limit]
            ).map { row in FailedTrial(position: row[0], id: try row.identifier(at: 1), cause: row[2] ?? "") }
        }
    }
}

/// A trial that is not tried any more.
package struct FailedTrial: Hashable, Sendable {
    /// Its place in the sweep, from 0.
    package let position: Int
    package let id: TrialID
    /// What its task has failed of; what follows the first line is the end of a log.
    package let cause: String
}
