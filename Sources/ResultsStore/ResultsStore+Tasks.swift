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
            var missing = try Self.missingTrials(db)
            var executions = try Self.executions(db)
            let requirements = try Self.requirements(db)
            let floor = try Self.attemptsFloor(db)
            var tasks: [SweepTask] = []
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT tasks.id, sweeps.id, body, tasks.number,
                        (SELECT max(number) FROM attempts WHERE attempts.task = tasks.number), needs
                    FROM sweep_tasks JOIN sweeps ON sweeps.number = sweep JOIN tasks ON tasks.number = task
                    WHERE tasks.state = 'open' AND sweeps.state = 'active' AND sweeps.id = coalesce(?, sweeps.id)
                    ORDER BY sweeps.number, position
                    """, arguments: [sweep?.data])
            while let row = try rows.next() {
                // Taking the trials out leaves a task that two sweeps share with the first of them.
                guard let trials = missing.removeValue(forKey: row[3]) else { continue }
                tasks.append(
                    try SweepTask(
                        row, trials: trials, executions: executions.removeValue(forKey: row[3]) ?? [],
                        requirements: requirements[row[3]], floor: floor))
            }
            return tasks
        }
    }

    /// The same for a sweep that has just been submitted.
    ///
    /// Where nothing of it was ever begun, its tasks are as they came and are not read back.
    package func unfinishedTasks(of sweep: SubmittedSweep) throws(StoreError) -> [SweepTask] {
        let isUntouched = try read { db in
            var isUntouched = try Self.attemptsFloor(db) == 0
            try db.forEachRow(
                """
                SELECT 1 FROM sweep_tasks LEFT JOIN tasks ON number = sweep_tasks.task
                WHERE sweep = (SELECT number FROM sweeps WHERE id = ?) AND (tasks.state <> 'open' OR EXISTS (
                    SELECT 1 FROM attempts WHERE attempts.task = sweep_tasks.task)) LIMIT 1
                """, [.id(sweep.id)]
            ) { _ in isUntouched = false }
            try db.forEachRow(
                """
                SELECT 1 FROM sweep_trials JOIN results USING (trial)
                WHERE sweep = (SELECT number FROM sweeps WHERE id = ?) LIMIT 1
                """, [.id(sweep.id)]
            ) { _ in isUntouched = false }
            return isUntouched
        }
        return isUntouched ? sweep.tasks : try unfinishedTasks(of: sweep.id)
    }

    /// What is known of the executions of open tasks, by the number of the task.
    private static func executions(_ db: Database) throws -> [Int64: [Execution]] {
        var executions: [Int64: [Execution]] = [:]
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT task, attempts.number, worker, end IS NULL, failure FROM attempts JOIN tasks ON tasks.number = task
                WHERE state = 'open' ORDER BY task, attempts.number
                """)
        while let row = try rows.next() {
            let attempt: Int64 = row[1]
            let failure: String? = row[4]
            executions[row[0], default: []].append(
                Execution(
                    Attempt(number: UInt64(max(1, attempt))), worker: try row.identifier(at: 2), isOpen: row[3],
                    failure: failure.flatMap { FailureKind(rawValue: $0) }))
        }
        return executions
    }

    /// The trials without a result, by the number of each task that has them.
    private static func missingTrials(_ db: Database) throws -> [Int64: [TrialID]] {
        var missing: [Int64: [TrialID]] = [:]
        try db.forEachRow(
            """
            SELECT task, id FROM task_trials JOIN trials ON number = trial
            WHERE NOT EXISTS (SELECT 1 FROM results WHERE results.trial = task_trials.trial)
            ORDER BY task, position
            """, []
        ) { row in missing[row.integer(at: 0), default: []].append(try row.identifier(at: 1)) }
        return missing
    }
}

extension SweepTask {
    /// A row of the tasks' and sweeps' identifiers, the body, the number, the largest attempt, and the needs.
    fileprivate init(
        _ row: Row, trials: [TrialID], executions: [Execution], requirements: ResultsStore.Requirements?, floor: Int64
    ) throws {
        let body: Data = row[2]
        let attempt: Int64? = row[4]
        self.init(
            id: try row.identifier(at: 0), sweep: try row.identifier(at: 1), body: [UInt8](body), trials: trials,
            nextAttempt: Attempt(number: UInt64(max(floor, attempt ?? 0)) + 1), executions: executions,
            needs: (row[5] as Data?)?.hashes ?? [], requires: requirements?.trials ?? [],
            artifacts: requirements?.artifacts ?? [:])
    }
}
