package import Coordination
import GRDB

/// The failed tasks that were put back in the queue for some trials.
package struct RetriedTasks: Hashable, Sendable {
    package let tasks: [TaskID]
    /// What was asked for, in the order of the sweep.
    package let trials: [TrialID]
    /// The other trials without a result in the same tasks, and in those that they build on: a task is tried as a whole.
    package let others: [TrialID]

    package init(tasks: [TaskID], trials: [TrialID], others: [TrialID]) {
        (self.tasks, self.trials, self.others) = (tasks, trials, others)
    }
}

extension ResultsStore {
    /// Puts a sweep's failed tasks back in the queue.
    ///
    /// - Returns: How many there were.
    package func retryFailed(of sweep: SweepID) throws(StoreError) -> Int {
        try write { db in try Self.reopenFailedTasks(ofSweep: sweep, db) }
    }

    /// Puts back the failed tasks of some trials, and the failed ones of what these build on; all of them or none.
    ///
    /// - Parameters:
    ///   - sweep: The sweep.
    ///   - digits: The first digits of the identifiers of trials, or of tasks, each of which stands for its trials.
    /// - Returns: What is tried again.
    /// - Throws: `unknownIdentifier`, or `notFailed` where one of them is still tried, has a result, or is not the sweep's.
    package func retryFailed(of sweep: SweepID, named digits: [String]) throws(StoreError) -> RetriedTasks {
        var subjects: [Subject] = []
        for digits in digits { subjects.append(try subject(named: digits)) }
        return try write { [subjects] db in
            var (tasks, asked): (Set<Int64>, Set<TrialID>) = ([], [])
            for subject in subjects {
                let found = try Self.failedTasks(of: subject, in: sweep, db)
                guard !found.isEmpty else { throw StoreError.notFailed("\(subject)") }
                tasks.formUnion(found)
                switch subject {
                case .trial(let trial): asked.insert(trial)
                case .task: for task in found { asked.formUnion(try Self.missingTrials(ofTask: task, db)) }
                }
            }
            for task in tasks { tasks.formUnion(try Self.failedTasks(below: task, in: sweep, db)) }
            return try Self.reopen(tasks, of: sweep, asked: asked, db)
        }
    }

    /// The failed tasks of a sweep that run a trial without a result, or the task itself.
    private static func failedTasks(of subject: Subject, in sweep: SweepID, _ db: Database) throws -> [Int64] {
        let (condition, id) =
            switch subject {
            case .task(let task): ("tasks.id = ?", BoundValue.id(task))
            case .trial(let trial):
                (
                    """
                    EXISTS (SELECT 1 FROM task_trials JOIN trials ON trials.number = task_trials.trial
                        WHERE task_trials.task = tasks.number AND trials.id = ?
                        AND NOT EXISTS (SELECT 1 FROM results WHERE results.trial = trials.number))
                    """, BoundValue.id(trial)
                )
            }
        var tasks: [Int64] = []
        try db.forEachRow(
            """
            SELECT tasks.number FROM sweeps JOIN sweep_tasks ON sweep_tasks.sweep = sweeps.number
            JOIN tasks ON tasks.number = sweep_tasks.task
            WHERE sweeps.id = ? AND tasks.state = 'failed' AND \(condition) ORDER BY sweep_tasks.position
            """, [.id(sweep), id]
        ) { row in tasks.append(row.integer(at: 0)) }
        return tasks
    }

    /// The failed tasks that make what a task builds on, and those that make what these build on, and so on.
    private static func failedTasks(below task: Int64, in sweep: SweepID, _ db: Database) throws -> [Int64] {
        try Int64.fetchAll(
            db,
            sql: """
                WITH RECURSIVE below(task) AS (
                    VALUES (?) UNION
                    SELECT makers.task FROM below JOIN task_requirements USING (task)
                    JOIN task_trials AS makers ON makers.trial = task_requirements.trial
                    JOIN tasks ON tasks.number = makers.task AND tasks.state = 'failed'
                    JOIN sweep_tasks ON sweep_tasks.task = makers.task
                    JOIN sweeps ON sweeps.number = sweep_tasks.sweep AND sweeps.id = ?
                ) SELECT task FROM below
                """, arguments: [task, sweep.data])
    }

    private static func missingTrials(ofTask task: Int64, _ db: Database) throws -> [TrialID] {
        var trials: [TrialID] = []
        try db.forEachRow(
            """
            SELECT trials.id FROM task_trials JOIN trials ON trials.number = task_trials.trial WHERE task = ?
            AND NOT EXISTS (SELECT 1 FROM results WHERE results.trial = trials.number) ORDER BY position
            """, [.integer(task)]
        ) { row in trials.append(try row.identifier(at: 0)) }
        return trials
    }

    private static func reopen(
        _ tasks: Set<Int64>, of sweep: SweepID, asked: Set<TrialID>, _ db: Database
    ) throws -> RetriedTasks {
        var (reopened, trials, seen): ([TaskID], [TrialID], Set<TrialID>) = ([], [], [])
        for task in tasks.sorted() {
            try db.run("UPDATE attempts SET failure = NULL WHERE task = ? AND failure IS NOT NULL", [.integer(task)])
            try db.run("UPDATE tasks SET state = 'open', cause = NULL WHERE number = ?", [.integer(task)])
            try db.forEachRow("SELECT id FROM tasks WHERE number = ?", [.integer(task)]) { row in
                reopened.append(try row.identifier(at: 0))
            }
            for trial in try missingTrials(ofTask: task, db) where seen.insert(trial).inserted { trials.append(trial) }
        }
        return RetriedTasks(
            tasks: reopened, trials: trials.filter(asked.contains), others: trials.filter { !asked.contains($0) })
    }

    /// Puts failed tasks back in the queue; what they have failed of so far does not count any more.
    static func reopenFailedTasks(ofSweep sweep: SweepID, _ db: Database) throws -> Int {
        try db.run(
            """
            UPDATE attempts SET failure = NULL WHERE failure IS NOT NULL AND task IN (
                SELECT task FROM sweep_tasks JOIN tasks ON tasks.number = task WHERE tasks.state = 'failed'
                AND sweep = (SELECT number FROM sweeps WHERE id = ?))
            """, [.id(sweep)])
        try db.run(
            """
            UPDATE tasks SET state = 'open', cause = NULL WHERE state = 'failed' AND number IN (
                SELECT task FROM sweep_tasks WHERE sweep = (SELECT number FROM sweeps WHERE id = ?))
            """, [.id(sweep)])
        return db.changesCount
    }
}

extension ResultsStore.Subject: CustomStringConvertible {
    package var description: String {
        switch self {
        case .trial(let trial): "trial \(trial.short)"
        case .task(let task): "task \(task.short)"
        }
    }
}
