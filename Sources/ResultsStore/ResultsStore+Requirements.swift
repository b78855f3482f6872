import Coordination
import GRDB

extension ResultsStore {
    /// What a task builds on, and what of that is on disk.
    struct Requirements {
        var trials: [TrialID] = []
        var artifacts: [TrialID: TrialArtifact] = [:]
    }

    /// The requirements of all tasks that have some, by the task's number.
    static func requirements(_ db: Database) throws -> [Int64: Requirements] {
        var requirements: [Int64: Requirements] = [:]
        try db.forEachRow(
            "SELECT task, trial, id FROM task_requirements JOIN trials ON number = trial ORDER BY task, trial", []
        ) { row in
            let (task, number) = (row.integer(at: 0), row.integer(at: 1))
            let trial: TrialID = try row.identifier(at: 2)
            requirements[task, default: Requirements()].trials.append(trial)
            requirements[task]?.artifacts[trial] = try TrialArtifact(db, trial: number)
        }
        return requirements
    }

    /// How many of a sweep's tasks wait for something that others have not made yet.
    static func blockedCount(ofSweep sweep: Int64, _ db: Database) throws -> Int {
        // A state folder of an earlier version is read as it is. Few tasks require something, so they come first.
        guard try db.tableExists("task_requirements") else { return 0 }
        return try Int.fetchOne(
            db,
            sql: """
                SELECT count(DISTINCT tasks.number) FROM task_requirements
                CROSS JOIN tasks ON tasks.number = task_requirements.task
                CROSS JOIN sweep_tasks ON sweep_tasks.task = tasks.number
                WHERE sweep = ? AND tasks.state = 'open'
                AND NOT EXISTS (SELECT 1 FROM artifacts WHERE artifacts.trial = task_requirements.trial)
                AND EXISTS (
                    SELECT 1 FROM task_trials LEFT JOIN results USING (trial)
                    WHERE task_trials.task = tasks.number AND results.trial IS NULL)
                """, arguments: [sweep]) ?? 0
    }

    /// What a task builds on, line by line, for somebody who asks why it is where it is.
    static func requirementLines(of task: TaskID, _ db: Database) throws -> [String] {
        guard try db.tableExists("task_requirements") else { return [] }
        return try Row.fetchAll(
            db,
            sql: """
                SELECT trials.id, artifacts.trial IS NOT NULL, results.trial IS NOT NULL,
                    (SELECT cause FROM task_trials JOIN tasks ON tasks.number = task_trials.task
                        WHERE task_trials.trial = trials.number AND cause IS NOT NULL LIMIT 1)
                FROM task_requirements JOIN trials ON trials.number = task_requirements.trial
                LEFT JOIN artifacts ON artifacts.trial = trials.number LEFT JOIN results ON results.trial = trials.number
                WHERE task_requirements.task = (SELECT number FROM tasks WHERE id = ?) ORDER BY trials.number
                """, arguments: [task.data]
        ).map { row in
            let trial: TrialID = try row.identifier(at: 0)
            let (isMade, hasResult, cause): (Bool, Bool, String?) = (row[1], row[2], row[3])
            let state =
                if isMade { "is trained" } else if hasResult {
                    "has a result and no file with its encoder: an earlier version has trained it — use another state folder"
                } else { cause.map { "failed: \($0.prefix { $0 != "\n" })" } ?? "is not trained yet" }
            return "  needs trial \(trial.short), which \(state)"
        }
    }
}
