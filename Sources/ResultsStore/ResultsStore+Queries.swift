package import Coordination
import Foundation
import GRDB

extension ResultsStore {
    /// How far each sweep is, in the order in which they were submitted.
    package func progress() throws(StoreError) -> [SweepProgress] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT id, name, state FROM sweeps ORDER BY submitted, rowid").map { row in
                try Self.progress(of: row, db)
            }
        }
    }

    /// How far this sweep is.
    package func progress(of sweep: SweepID) throws(StoreError) -> SweepProgress {
        let all = try progress()
        guard let progress = all.first(where: { $0.sweep == sweep }) else {
            throw .unknownSweep(name: sweep.short, known: all.map(\.name))
        }
        return progress
    }

    private static func progress(of sweep: Row, _ db: Database) throws -> SweepProgress {
        let id: SweepID = try sweep.identifier("id")
        return SweepProgress(
            sweep: id, name: sweep["name"], isCancelled: sweep["state"] == "cancelled",
            trials: try trialCounts(of: id, db), tasks: try taskCounts(of: id, db),
            failures: try String.fetchAll(
                db,
                sql: """
                    SELECT cause FROM sweep_tasks JOIN tasks ON tasks.id = task
                    WHERE sweep = ? AND tasks.state = 'failed' GROUP BY cause ORDER BY min(position)
                    """, arguments: [id.data]))
    }

    private static func trialCounts(of sweep: SweepID, _ db: Database) throws -> SweepProgress.Trials {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT count(*) AS "all", count(results.trial) AS finished,
                    count(*) FILTER (WHERE results.trial IS NULL AND NOT EXISTS (
                        SELECT 1 FROM task_trials JOIN tasks ON tasks.id = task
                        WHERE task_trials.trial = sweep_trials.trial AND tasks.state = 'open')) AS failed
                FROM sweep_trials LEFT JOIN results USING (trial) WHERE sweep = ?
                """, arguments: [sweep.data])
        return SweepProgress.Trials(all: row?["all"] ?? 0, finished: row?["finished"] ?? 0, failed: row?["failed"] ?? 0)
    }

    private static func taskCounts(of sweep: SweepID, _ db: Database) throws -> SweepProgress.Tasks {
        let row = try Row.fetchOne(
            db,
            sql: """
                WITH each(state, missing, running) AS (
                    SELECT tasks.state,
                        EXISTS (SELECT 1 FROM task_trials LEFT JOIN results USING (trial)
                            WHERE task_trials.task = tasks.id AND results.trial IS NULL),
                        EXISTS (SELECT 1 FROM attempts WHERE attempts.task = tasks.id AND attempts.end IS NULL)
                    FROM sweep_tasks JOIN tasks ON tasks.id = sweep_tasks.task WHERE sweep = ?)
                SELECT count(*) AS "all", count(*) FILTER (WHERE NOT missing) AS finished,
                    count(*) FILTER (WHERE missing AND state = 'failed') AS failed,
                    count(*) FILTER (WHERE missing AND state <> 'failed' AND running) AS running
                FROM each
                """, arguments: [sweep.data])
        return SweepProgress.Tasks(
            all: row?["all"] ?? 0, finished: row?["finished"] ?? 0, running: row?["running"] ?? 0,
            failed: row?["failed"] ?? 0)
    }
}
