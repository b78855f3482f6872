package import Coordination
import Foundation
import GRDB

extension ResultsStore {
    /// How far each sweep is, in the order in which they were submitted.
    package func progress() throws(StoreError) -> [SweepProgress] {
        try read { db in
            let columns =
                "id, name, state, number, \(try Self.priorityColumn(db)) AS priority, \(try Self.pausedColumn(db)) AS paused"
            return try Row.fetchAll(db, sql: "SELECT \(columns) FROM sweeps ORDER BY number").map { row in
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

    /// The sweep of this name, or the one that was submitted last where no name is given.
    ///
    /// - Parameter name: What its file calls it.
    /// - Returns: Its identifier.
    /// - Throws: `unknownSweep` with the names that there are.
    package func sweep(named name: String?) throws(StoreError) -> SweepID {
        try read { db in
            let row = try Row.fetchOne(
                db,
                sql:
                    "SELECT id FROM sweeps WHERE name = coalesce(?, name) ORDER BY submitted DESC, number DESC LIMIT 1",
                arguments: [name])
            guard let row else {
                let names = try String.fetchAll(db, sql: "SELECT name FROM sweeps ORDER BY number")
                throw StoreError.unknownSweep(name: name ?? "", known: names)
            }
            return try row.identifier(at: 0)
        }
    }

    /// How many of some trials have a result, whatever sweep it was made for.
    package func finishedCount(among trials: [TrialID]) throws(StoreError) -> Int {
        try read { db in try Self.finishedCount(among: trials, db) }
    }

    static func finishedCount(among trials: [TrialID], _ db: Database) throws -> Int {
        let statement = try db.cachedStatement(
            sql: "SELECT count(*) FROM trials JOIN results ON trial = trials.number WHERE id = ?")
        return try trials.reduce(0) { count, trial in
            count + (try Int.fetchOne(statement, arguments: [trial.data]) ?? 0)
        }
    }

    /// The workers that ever joined, the last one first.
    package func workers() throws(StoreError) -> [StoredWorker] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT id, host, program_version, threads, joined FROM workers ORDER BY joined DESC, id"
            ).map { row in
                StoredWorker(
                    id: try row.identifier(at: 0), host: row[1], programVersion: row[2], threads: row[3], joined: row[4]
                )
            }
        }
    }

    private static func progress(of sweep: Row, _ db: Database) throws -> SweepProgress {
        let number: Int64 = sweep["number"]
        return SweepProgress(
            sweep: try sweep.identifier(at: 0), name: sweep["name"], isCancelled: sweep["state"] == "cancelled",
            isPaused: sweep["paused"], priority: SweepPriority(sweep["priority"]) ?? .usual,
            trials: try trialCounts(of: number, db), tasks: try taskCounts(of: number, db),
            failures: try String.fetchAll(
                db,
                sql: """
                    SELECT cause FROM sweep_tasks JOIN tasks ON number = task
                    WHERE sweep = ? AND tasks.state = 'failed' GROUP BY cause ORDER BY min(position)
                    """, arguments: [number]))
    }

    private static func trialCounts(of sweep: Int64, _ db: Database) throws -> SweepProgress.Trials {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT count(*), count(results.trial), count(*) FILTER (
                    WHERE results.trial IS NULL AND NOT EXISTS (
                        SELECT 1 FROM task_trials JOIN tasks ON number = task
                        WHERE task_trials.trial = sweep_trials.trial AND tasks.state = 'open'))
                FROM sweep_trials LEFT JOIN results USING (trial) WHERE sweep = ?
                """, arguments: [sweep])
        return SweepProgress.Trials(all: row?[0] ?? 0, finished: row?[1] ?? 0, failed: row?[2] ?? 0)
    }

    private static func taskCounts(of sweep: Int64, _ db: Database) throws -> SweepProgress.Tasks {
        let row = try Row.fetchOne(
            db,
            sql: """
                WITH each(state, missing, running) AS (
                    SELECT tasks.state,
                        EXISTS (SELECT 1 FROM task_trials LEFT JOIN results USING (trial)
                            WHERE task_trials.task = tasks.number AND results.trial IS NULL),
                        EXISTS (SELECT 1 FROM attempts WHERE attempts.task = tasks.number AND attempts.end IS NULL)
                    FROM sweep_tasks JOIN tasks ON tasks.number = sweep_tasks.task WHERE sweep = ?)
                SELECT count(*), count(*) FILTER (WHERE NOT missing),
                    count(*) FILTER (WHERE missing AND state <> 'failed' AND running),
                    count(*) FILTER (WHERE missing AND state = 'failed')
                FROM each
                """, arguments: [sweep])
        return SweepProgress.Tasks(
            all: row?[0] ?? 0, finished: row?[1] ?? 0, running: row?[2] ?? 0, failed: row?[3] ?? 0,
            blocked: try blockedCount(ofSweep: sweep, db))
    }
}
