import Coordination
import GRDB

/// Where a trial or task is, for programs; ``ResultsStore/explanation(of:)`` says it in words.
package struct Standing: Hashable, Codable, Sendable {
    package enum Kind: String, Hashable, Codable, Sendable {
        case trial, task
    }

    package enum State: String, Hashable, Codable, Sendable {
        case finished, failed, running, waiting
        /// No active sweep names it.
        case unwanted
    }

    package struct Sweep: Hashable, Codable, Sendable {
        package let name: String
        package let isPaused: Bool
    }

    /// An execution of a task.
    package struct Execution: Hashable, Codable, Sendable {
        package let attempt: Int64
        /// The worker's host, or its identifier where it never said it.
        package let host: String
        package let started: String
        /// Nil while it runs.
        package let ended: String?
        /// `done`, `failed`, `lost`, `handed back` or `cancelled`.
        package let end: String?
        package let cause: String?
    }

    package let kind: Kind
    package let identifier: String
    package let state: State
    /// Those that name it and are not cancelled.
    package let sweeps: [Sweep]
    /// What a failed one has failed of.
    package let cause: String?
    /// How many trials a task has, and how many of them have a result; of a trial, itself.
    package let trials, finishedTrials: Int
    /// Of a task.
    package let executions: [Execution]
    /// Of a trial: the tasks that it is in.
    package let tasks: [Standing]
}

extension ResultsStore {
    /// Where a trial or task is.
    package func standing(of subject: Subject) throws(StoreError) -> Standing {
        try read { db in
            switch subject {
            case .trial(let trial): try Self.standing(of: trial, db)
            case .task(let task): try Self.standing(of: task, db)
            }
        }
    }

    static func standing(of task: TaskID, _ db: Database) throws -> Standing {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT state, cause, tasks.number, (SELECT count(*) FROM task_trials WHERE task = tasks.number),
                    (SELECT count(*) FROM task_trials JOIN results USING (trial) WHERE task_trials.task = tasks.number)
                FROM tasks WHERE id = ?
                """, arguments: [task.data])
        guard let row else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a task that was found is gone")
        }
        let (number, all, finished): (Int64, Int, Int) = (row[2], row[3], row[4])
        let sweeps = try sweeps(naming: "task", number, db)
        let executions = try executions(of: number, db)
        let state: Standing.State =
            if finished == all { .finished } else if row[0] == "failed" { .failed } else if sweeps.isEmpty {
                .unwanted
            } else if executions.contains(where: { $0.end == nil }) { .running } else { .waiting }
        return Standing(
            kind: .task, identifier: "\(task)", state: state, sweeps: sweeps, cause: row[1], trials: all,
            finishedTrials: finished, executions: executions, tasks: [])
    }

    private static func standing(of trial: TrialID, _ db: Database) throws -> Standing {
        let row = try Row.fetchOne(
            db,
            sql: "SELECT number, EXISTS (SELECT 1 FROM results WHERE trial = trials.number) FROM trials WHERE id = ?",
            arguments: [trial.data])
        guard let row else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a trial that was found is gone")
        }
        let (number, hasResult): (Int64, Bool) = (row[0], row[1])
        let sweeps = try sweeps(naming: "trial", number, db)
        let tasks = try tasks(of: trial, db).map { task in try standing(of: task, db) }
        let states = Set(tasks.map(\.state))
        // A trial has failed when nobody tries it any more.
        let state: Standing.State =
            if hasResult { .finished } else if sweeps.isEmpty { .unwanted } else {
                [.running, .waiting, .failed].first(where: states.contains) ?? .unwanted
            }
        return Standing(
            kind: .trial, identifier: "\(trial)", state: state, sweeps: sweeps,
            cause: state == .failed ? tasks.lazy.compactMap(\.cause).first : nil, trials: 1,
            finishedTrials: hasResult ? 1 : 0, executions: [], tasks: tasks)
    }

    /// The tasks that run a trial, in the order of their submission.
    static func tasks(of trial: TrialID, _ db: Database) throws -> [TaskID] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT tasks.id FROM trials JOIN task_trials ON trial = trials.number
                JOIN tasks ON tasks.number = task WHERE trials.id = ? ORDER BY tasks.number
                """, arguments: [trial.data]
        ).map { row in try row.identifier(at: 0) }
    }

    /// The active sweeps that name a trial or task.
    private static func sweeps(naming kind: String, _ number: Int64, _ db: Database) throws -> [Standing.Sweep] {
        // The table's name is ours.
        try Row.fetchAll(
            db,
            sql: """
                SELECT name, \(try pausedColumn(db)) FROM sweep_\(kind)s JOIN sweeps ON sweeps.number = sweep
                WHERE \(kind) = ? AND sweeps.state = 'active' ORDER BY sweeps.number
                """, arguments: [number]
        ).map { row in Standing.Sweep(name: row[0], isPaused: row[1]) }
    }

    private static func executions(of task: Int64, _ db: Database) throws -> [Standing.Execution] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT attempts.number, coalesce(host, lower(hex(worker))), started, ended, end, cause
                FROM attempts LEFT JOIN workers ON workers.id = worker WHERE task = ? ORDER BY attempts.number
                """, arguments: [task]
        ).map { row in
            Standing.Execution(
                attempt: row[0], host: row[1], started: row[2], ended: row[3], end: row[4], cause: row[5])
        }
    }
}
