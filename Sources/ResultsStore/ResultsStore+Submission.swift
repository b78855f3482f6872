package import Coordination
package import Foundation
import GRDB
package import Sweep

extension ResultsStore {
    /// Writes down what a sweep file says; see ``submit(_:onlySweep:priority:at:)``.
    package func submit(
        _ definition: SweepDefinition, onlySweep: Bool = false, at date: Date
    ) throws(StoreError) -> Submission {
        try submit(try SubmittedSweep(definition), onlySweep: onlySweep, priority: nil, at: date)
    }

    /// Writes down what a sweep consists of; submitting the same sweep again changes nothing.
    ///
    /// An edited sweep of the same name takes the place of the one before: results are kept, and a trial that another
    /// sweep has finished is finished here too.
    ///
    /// - Parameters:
    ///   - sweep: What to run, and how to lay it out.
    ///   - onlySweep: Refuses a folder that holds a sweep of another name.
    ///   - priority: How its turns compare with other sweeps'; nil leaves them as they are, or usual.
    ///   - date: The wall clock, for people to read.
    /// - Returns: What is new, and what was there before.
    /// - Throws: `otherSweep` where `onlySweep` forbids it; `full` and its like where it cannot be written.
    package func submit(
        _ sweep: SubmittedSweep, onlySweep: Bool = false, priority: SweepPriority? = nil, at date: Date
    ) throws(StoreError) -> Submission {
        try sweep.requireWhole()
        return try write { db in
            if onlySweep, let found = try Self.name(ofSweepBeside: sweep.name, db) {
                throw StoreError.otherSweep(folder: folder.path, found: found, submitted: sweep.name)
            }
            let number = try Self.write(sweep, at: date, db)
            if let priority { try Self.write(priority, ofSweep: sweep.id, db) }
            let before: [TrialID] = try Self.members("trial", ofSweep: number, db)
            let tasksBefore: [TaskID] = try Self.members("task", ofSweep: number, db)
            if before != sweep.trials || tasksBefore != sweep.tasks.map(\.id) {
                try Self.replaceMembers(ofSweep: number, by: sweep, db)
            }
            let old = Set(before)
            let new = before.isEmpty ? [] : Set(sweep.trials)
            let added = before.isEmpty ? sweep.trials : sweep.trials.filter { !old.contains($0) }
            let finished = try Self.finishedCount(ofSweep: number, db)
            // A million trials are not looked up one by one where their sum is known.
            let isAllNew = added.count == sweep.trials.count
            return Submission(
                sweep: sweep.id, added: added,
                kept: before.isEmpty ? [] : sweep.trials.filter(old.contains),
                withdrawn: before.filter { !new.contains($0) },
                finished: finished,
                reused: isAllNew || finished == 0 ? finished : try Self.finishedCount(among: added, db),
                reopened: try Self.reopenFailedTasks(ofSweep: sweep.id, db))
        }
    }

    /// Takes a sweep's unfinished tasks out of the queue; its results stay, and submitting it again puts them back.
    package func cancel(_ sweep: SweepID) throws(StoreError) {
        try write { db in
            try db.execute(sql: "UPDATE sweeps SET state = 'cancelled' WHERE id = ?", arguments: [sweep.data])
        }
    }

    private static func name(ofSweepBeside name: String, _ db: Database) throws -> String? {
        try String.fetchOne(
            db, sql: "SELECT name FROM sweeps WHERE name <> ? ORDER BY number LIMIT 1", arguments: [name])
    }

    /// Writes the sweep's own row and returns its number, which stays whatever becomes of the file.
    private static func write(_ sweep: SubmittedSweep, at date: Date, _ db: Database) throws -> Int64 {
        // An edited file may have another identifier; the name is what people know a sweep by.
        try run(
            """
            INSERT INTO sweeps (id, name, definition, state, submitted) VALUES (?, ?, ?, 'active', ?)
            ON CONFLICT (name) DO UPDATE SET id = excluded.id, definition = excluded.definition, state = 'active',
            submitted = excluded.submitted
            """, [.id(sweep.id), .text(sweep.name), .text(try sweep.table.json), .text(text(of: date))], db)
        return try Int64.fetchOne(db, sql: "SELECT number FROM sweeps WHERE name = ?", arguments: [sweep.name]) ?? 0
    }

    /// The sweep's trials or tasks, in the order of its file.
    private static func members<Kind>(
        _ kind: String, ofSweep sweep: Int64, _ db: Database
    ) throws -> [Identifier<Kind>] {
        var members: [Identifier<Kind>] = []
        try db.forEachRow(
            "SELECT id FROM sweep_\(kind)s JOIN \(kind)s ON number = \(kind) WHERE sweep = ? ORDER BY position",
            [.integer(sweep)]
        ) { row in members.append(try row.identifier(at: 0)) }
        return members
    }

    /// Writes down what the sweep consists of now; trials, tasks, executions and results that it had stay.
    private static func replaceMembers(
        ofSweep number: Int64, by sweep: SubmittedSweep, _ db: Database
    ) throws {
        try run("DELETE FROM sweep_trials WHERE sweep = ?", [.integer(number)], db)
        try run("DELETE FROM sweep_tasks WHERE sweep = ?", [.integer(number)], db)
        let numbers = try write(sweep.trials, ofSweep: number, db)
        let addTask = try PreparedStatement(
            "INSERT INTO tasks (id, body, state, needs) VALUES (?, ?, 'open', ?) ON CONFLICT DO NOTHING", db)
        let addMember = try PreparedStatement("INSERT INTO sweep_tasks SELECT ?, ?, number FROM tasks WHERE id = ?", db)
        let addTrials = try TrialList("task", db)
        let addRequirement = try PreparedStatement("INSERT INTO task_requirements VALUES (?, ?)", db)
        for (position, task) in sweep.tasks.enumerated() {
            try addTask.run([.id(task.id), .bytes(Data(task.body)), .bytes(task.needs.stored)])
            // A task is named by its content, so one that is there has these trials already.
            if db.changesCount == 1 {
                let row = db.lastInsertedRowID
                // Every trial of a task is one of the sweep's, and so is every one that it builds on.
                try addTrials.add(task.trials.compactMap { numbers[$0] }, to: row)
                for trial in task.requires.compactMap({ numbers[$0] }) {
                    try addRequirement.run([.integer(row), .integer(trial)])
                }
            }
            try addMember.run([.integer(number), .number(position), .id(task.id)])
        }
    }

    /// Writes down the sweep's trials, in the order of its file.
    ///
    /// - Returns: The number of each.
    private static func write(
        _ trials: [TrialID], ofSweep sweep: Int64, _ db: Database
    ) throws -> [TrialID: Int64] {
        let add = try PreparedStatement("INSERT INTO trials (id) VALUES (?) ON CONFLICT DO NOTHING", db)
        var numbers: [TrialID: Int64] = Dictionary(minimumCapacity: trials.count)
        var inOrder: [Int64] = []
        inOrder.reserveCapacity(trials.count)
        for trial in trials {
            try add.run([.id(trial)])
            let number = db.changesCount == 1 ? db.lastInsertedRowID : try Self.number(of: trial, db)
            numbers[trial] = number
            inOrder.append(number)
        }
        try TrialList("sweep", db).add(inOrder, to: sweep)
        return numbers
    }

    /// The number of a trial that is known.
    private static func number(of trial: TrialID, _ db: Database) throws -> Int64 {
        var number: Int64 = 0
        try db.forEachRow("SELECT number FROM trials WHERE id = ?", [.id(trial)]) { number = $0.integer(at: 0) }
        return number
    }

    private static func run(_ sql: String, _ values: [BoundValue], _ db: Database) throws {
        try db.run(sql, values)
    }

    private static func finishedCount(ofSweep sweep: Int64, _ db: Database) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT count(*) FROM sweep_trials JOIN results USING (trial) WHERE sweep = ?",
            arguments: [sweep]) ?? 0
    }
}

extension SubmittedSweep {
    /// Refuses a sweep whose tasks and trials do not belong together.
    fileprivate func requireWhole() throws(StoreError) {
        let known = Set(trials)
        guard known.count == trials.count else { throw .invalidSweep(detail: "a trial is there twice") }
        guard table.trials.count == trials.count, table.hasWholeRows else {
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
            guard known.isSuperset(of: task.requires) else {
                throw .invalidSweep(detail: "task \(task.id) builds on a trial that is not the sweep's")
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
