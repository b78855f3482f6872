package import Coordination
package import Foundation
import GRDB

extension ResultsStore {
    /// Writes down what a sweep consists of; submitting the same sweep again changes nothing.
    ///
    /// An edited sweep of the same name takes the place of the one before: results are kept, and a trial that another
    /// sweep has finished is finished here too.
    ///
    /// - Parameters:
    ///   - sweep: What to run, and how to lay it out.
    ///   - onlySweep: Refuses a folder that holds a sweep of another name.
    ///   - date: The wall clock, for people to read.
    /// - Returns: What is new, and what was there before.
    /// - Throws: `otherSweep` where `onlySweep` forbids it; `full` and its like where it cannot be written.
    package func submit(
        _ sweep: SubmittedSweep, onlySweep: Bool = false, at date: Date
    ) throws(StoreError) -> Submission {
        try sweep.requireWhole()
        return try write { db in
            if onlySweep, let found = try Self.name(ofSweepBeside: sweep.name, db) {
                throw StoreError.otherSweep(folder: folder.path, found: found, submitted: sweep.name)
            }
            // An edited file may have another identifier; the name is what people know a sweep by.
            let stored = try Data.fetchOne(db, sql: "SELECT id FROM sweeps WHERE name = ?", arguments: [sweep.name])
            let before = try stored.map { try Self.trials(ofSweep: $0, db) } ?? []
            if let stored { try Self.removeSweep(stored, db) }
            try Self.insert(sweep, at: date, db)

            let (old, new) = (Set(before), Set(sweep.trials))
            return Submission(
                sweep: sweep.id, added: sweep.trials.filter { !old.contains($0) },
                kept: sweep.trials.filter(old.contains), withdrawn: before.filter { !new.contains($0) },
                finished: try Self.finishedCount(ofSweep: sweep.id, db),
                reopened: try Self.reopenFailedTasks(ofSweep: sweep.id.data, db))
        }
    }

    /// Puts a sweep's failed tasks back in the queue.
    ///
    /// - Returns: How many there were.
    package func retryFailed(of sweep: SweepID) throws(StoreError) -> Int {
        try write { db in try Self.reopenFailedTasks(ofSweep: sweep.data, db) }
    }

    /// Takes a sweep's unfinished tasks out of the queue; its results stay, and submitting it again puts them back.
    package func cancel(_ sweep: SweepID) throws(StoreError) {
        try write { db in
            try db.execute(sql: "UPDATE sweeps SET state = 'cancelled' WHERE id = ?", arguments: [sweep.data])
        }
    }

    private static func name(ofSweepBeside name: String, _ db: Database) throws -> String? {
        try String.fetchOne(
            db, sql: "SELECT name FROM sweeps WHERE name <> ? ORDER BY rowid LIMIT 1", arguments: [name])
    }

    private static func trials(ofSweep sweep: Data, _ db: Database) throws -> [TrialID] {
        try Row.fetchAll(
            db, sql: "SELECT trial FROM sweep_trials WHERE sweep = ? ORDER BY position", arguments: [sweep]
        ).map { row in try row.identifier("trial") }
    }

    /// Forgets what the sweep consists of; trials, tasks, their executions and results stay.
    private static func removeSweep(_ sweep: Data, _ db: Database) throws {
        for table in ["sweep_trials", "sweep_tasks"] {
            try db.execute(sql: "DELETE FROM \(table) WHERE sweep = ?", arguments: [sweep])
        }
        try db.execute(sql: "DELETE FROM sweeps WHERE id = ?", arguments: [sweep])
    }

    private static func insert(_ sweep: SubmittedSweep, at date: Date, _ db: Database) throws {
        func run(_ sql: String, _ arguments: StatementArguments) throws {
            try db.cachedStatement(sql: sql).execute(arguments: arguments)
        }
        let id = sweep.id.data
        try run(
            "INSERT INTO sweeps VALUES (?, ?, ?, 'active', ?)", [id, sweep.name, try sweep.table.json, text(of: date)])
        for (position, trial) in sweep.trials.enumerated() {
            try run("INSERT INTO trials VALUES (?) ON CONFLICT DO NOTHING", [trial.data])
            try run("INSERT INTO sweep_trials VALUES (?, ?, ?)", [id, position, trial.data])
        }
        for (position, task) in sweep.tasks.enumerated() {
            try run(
                "INSERT INTO tasks VALUES (?, ?, 'open', NULL) ON CONFLICT DO NOTHING",
                [task.id.data, Data(task.body)])
            // A task is named by its content, so one that is there has these trials already.
            if db.changesCount == 1 {
                for (position, trial) in task.trials.enumerated() {
                    try run("INSERT INTO task_trials VALUES (?, ?, ?)", [task.id.data, position, trial.data])
                }
            }
            try run("INSERT INTO sweep_tasks VALUES (?, ?, ?)", [id, position, task.id.data])
        }
    }

    private static func finishedCount(ofSweep sweep: SweepID, _ db: Database) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT count(*) FROM sweep_trials JOIN results USING (trial) WHERE sweep = ?",
            arguments: [sweep.data]) ?? 0
    }

    private static func reopenFailedTasks(ofSweep sweep: Data, _ db: Database) throws -> Int {
        try db.execute(
            sql: """
                UPDATE tasks SET state = 'open', cause = NULL
                WHERE state = 'failed' AND id IN (SELECT task FROM sweep_tasks WHERE sweep = ?)
                """, arguments: [sweep])
        return db.changesCount
    }
}

extension SubmittedSweep {
    /// Refuses a sweep whose tasks and trials do not belong together.
    fileprivate func requireWhole() throws(StoreError) {
        let known = Set(trials)
        guard known.count == trials.count else { throw .invalidSweep(detail: "a trial is there twice") }
        guard table.trials.count == trials.count, table.trials.allSatisfy({ $0.count == table.settings.count }) else {
            throw .invalidSweep(detail: "the table's settings are not those of its trials")
        }
        guard Set(tasks.map(\.id)).count == tasks.count else { throw .invalidSweep(detail: "a task is there twice") }
        for task in tasks {
            guard task.body.count <= SweepTask.bodyBytesLimit else {
                throw .invalidSweep(
                    detail: "task \(task.id) has \(task.body.count) bytes; the limit is \(SweepTask.bodyBytesLimit)")
            }
            guard Set(task.trials).count == task.trials.count, known.isSuperset(of: task.trials) else {
                throw .invalidSweep(detail: "task \(task.id) runs a trial twice, or one that is not the sweep's")
            }
        }
    }
}

extension TableDefinition {
    /// The definition as it is stored: keys in order, so that the same sweep is the same text.
    fileprivate var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }
}
