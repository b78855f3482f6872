package import Coordination
import GRDB

extension ResultsStore {
    /// What an identifier, or the beginning of one, stands for.
    package enum Subject: Hashable, Sendable {
        case trial(TrialID)
        case task(TaskID)
    }

    /// The trial or task whose identifier begins with these digits.
    ///
    /// - Parameter digits: Four or more hexadecimal digits, as tables and logs show them.
    /// - Returns: What they stand for.
    /// - Throws: `unknownIdentifier` where there is none, or where several begin so.
    package func subject(named digits: String) throws(StoreError) -> Subject {
        // All that begin so lie between two identifiers, which an index finds among millions.
        let missing = 32 - digits.utf8.count
        guard (0...28).contains(missing),
            let first = TrialID(digits + String(repeating: "0", count: missing)),
            let last = TrialID(digits + String(repeating: "f", count: missing))
        else { throw .unknownIdentifier(digits, candidates: []) }
        let (trials, tasks) = try read { db in
            func found<Kind>(_ table: String) throws -> [Identifier<Kind>] {
                // The table's name is ours.
                try Row.fetchAll(
                    db, sql: "SELECT id FROM \(table) WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 5",
                    arguments: [first.data, last.data]
                ).map { try $0.identifier(at: 0) }
            }
            return (try found("trials") as [TrialID], try found("tasks") as [TaskID])
        }
        guard trials.count + tasks.count == 1 else {
            throw .unknownIdentifier(
                digits, candidates: trials.map { "trial \($0)" } + tasks.map { "task \($0)" })
        }
        return trials.first.map(Subject.trial) ?? .task(tasks[0])
    }

    /// Why a trial or task is where it is, line by line: which sweeps name it, who worked on it, and what came out.
    package func explanation(of subject: Subject) throws(StoreError) -> [String] {
        try read { db in
            switch subject {
            case .trial(let trial): try Self.lines(of: trial, db)
            case .task(let task): try Self.lines(of: task, db)
            }
        }
    }

    private static func lines(of trial: TrialID, _ db: Database) throws -> [String] {
        let sweeps = try String.fetchAll(
            db,
            sql: """
                SELECT sweeps.name FROM trials JOIN sweep_trials ON trial = trials.number
                JOIN sweeps ON sweeps.number = sweep WHERE trials.id = ? ORDER BY sweeps.number
                """, arguments: [trial.data])
        let tasks = try tasks(of: trial, db)
        let named =
            sweeps.isEmpty
            ? "withdrawn: no sweep names it any more; its result, if there is one, is kept"
            : "in \(sweeps.joined(separator: ", "))"
        let result = try Row.fetchOne(
            db, sql: "SELECT \(Provenance.columns) WHERE trials.id = ?", arguments: [trial.data]
        ).map { row in try Provenance(row, from: 0) }
        guard let result else {
            return ["trial \(trial) has no result", "  \(named)"]
                + (try tasks.flatMap { task in try lines(of: task, db).map { "  \($0)" } })
        }
        let others = tasks.filter { $0 != result.task }.map(\.short)
        return [
            "trial \(trial) is finished", "  \(named)",
            "  by attempt \(result.attempt) of task \(result.task.short), on \(result.result.host) (\(result.result.processor)), "
                + "committed \(result.committed)",
            "  posweep \(result.result.programVersion), \(result.result.blas), weights \(result.result.weights)",
        ] + (others.isEmpty ? [] : ["  so it is not run again in task \(others.joined(separator: ", "))"])
    }

    private static func lines(of task: TaskID, _ db: Database) throws -> [String] {
        let standing = try standing(of: task, db)
        let isFinished = standing.state == .finished
        let state =
            switch standing.state {
            case .finished: "done"
            case .failed: "failed"
            case .unwanted: "not wanted: no active sweep names it"
            case .running: "running, or it was when its coordinator ended"
            case .waiting: "waiting"
            }
        let sweeps = standing.sweeps.map { $0.name + ($0.isPaused ? " (paused)" : "") }
        return ["task \(task) is \(state): \(standing.finishedTrials) of \(standing.trials) trials have a result"]
            + (sweeps.isEmpty ? [] : ["  in \(sweeps.joined(separator: ", "))"])
            + (standing.cause.map { ["  cause: \($0)"] } ?? [])
            + (isFinished ? [] : try requirementLines(of: task, db))
            + standing.executions.map { execution in
                "  attempt \(execution.attempt) on \(execution.host) from \(execution.started)"
                    + (execution.ended.map { " to \($0): \(execution.end ?? "")" } ?? "")
                    + (execution.cause.map { " (\($0))" } ?? "")
            } + (standing.executions.isEmpty && !isFinished ? ["  no worker has begun it"] : [])
    }
}
