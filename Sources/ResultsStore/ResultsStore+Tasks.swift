package import Coordination
import Foundation
import GRDB

extension ResultsStore {
    /// What is still to be run, sweep by sweep in the order in which they were submitted.
    ///
    /// A task has only the trials that have no result, and the number after the largest that any of its executions
    /// had. Failed tasks and cancelled sweeps are left out. Without a sweep, those of all are meant.
    package func unfinishedTasks(of sweep: SweepID? = nil) throws(StoreError) -> [SweepTask] {
        try read { db in
            var missing: [TaskID: [TrialID]] = [:]
            let pairs = try Row.fetchCursor(
                db,
                sql: """
                    SELECT task, trial FROM task_trials
                    WHERE NOT EXISTS (SELECT 1 FROM results WHERE results.trial = task_trials.trial)
                    ORDER BY task, position
                    """)
            while let pair = try pairs.next() {
                missing[try pair.identifier("task"), default: []].append(try pair.identifier("trial"))
            }
            var tasks: [SweepTask] = []
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT tasks.id AS task, sweeps.id AS sweep, body,
                        (SELECT max(number) FROM attempts WHERE attempts.task = tasks.id) AS attempt
                    FROM sweep_tasks JOIN sweeps ON sweeps.id = sweep JOIN tasks ON tasks.id = task
                    WHERE tasks.state = 'open' AND sweeps.state = 'active' AND sweeps.id = coalesce(?, sweeps.id)
                    ORDER BY sweeps.submitted, sweeps.rowid, sweep_tasks.position
                    """, arguments: [sweep?.data])
            while let row = try rows.next() {
                // Taking the trials out leaves a task that two sweeps share with the first of them.
                guard let trials = missing.removeValue(forKey: try row.identifier("task")) else { continue }
                tasks.append(try SweepTask(row, trials: trials))
            }
            return tasks
        }
    }
}

extension SweepTask {
    fileprivate init(_ row: Row, trials: [TrialID]) throws {
        let body: Data = row["body"]
        let attempt: Int64? = row["attempt"]
        self.init(
            id: try row.identifier("task"), sweep: try row.identifier("sweep"), body: [UInt8](body), trials: trials,
            nextAttempt: Attempt(number: UInt64(max(0, attempt ?? 0)) + 1))
    }
}
