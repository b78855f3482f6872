import Coordination
import Foundation
import GRDB

/// The transaction that keeps the promise: each trial has at most one result, and it never changes.
struct ResultCommit {
    let db: Database
    let time: String
    let epoch: Int64
    private(set) var report = CommitReport()

    init(_ db: Database, time: String) throws {
        self.db = db
        self.time = time
        epoch = try ResultsStore.epoch(db)
    }

    mutating func write(_ record: Coordination.Record) throws {
        switch record {
        case .joined(let worker, let host, let programVersion, let threads):
            try run(
                """
                INSERT INTO workers VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET host = excluded.host,
                program_version = excluded.program_version, threads = excluded.threads, joined = excluded.joined
                """, [.id(worker), .text(host), .text(programVersion), .number(threads), .text(time)])
        case .attemptStarted(let task, let attempt, let worker):
            try start(attempt, of: task, by: worker)
        case .attemptEnded(let task, let attempt, let end):
            try run(
                """
                UPDATE attempts SET end = ?, cause = ?, failure = ?, ended = ?
                WHERE task = (SELECT number FROM tasks WHERE id = ?) AND number = ? AND end IS NULL
                """,
                [
                    .text(end.name), .text(end.cause), .text(end.failure?.rawValue), .text(time), .id(task),
                    .number(attempt.number),
                ])
        case .excused(let task, let worker):
            try run(
                "UPDATE attempts SET failure = NULL WHERE task = (SELECT number FROM tasks WHERE id = ?) AND worker = ?",
                [.id(task), .id(worker)])
        case .taskFailed(let task, let cause):
            try run("UPDATE tasks SET state = 'failed', cause = ? WHERE id = ?", [.text(cause), .id(task)])
            try run(
                "INSERT INTO events (at, kind, task, message) VALUES (?, 'failed', ?, ?)",
                [.text(time), .id(task), .text(cause)])
        case .result(let trial, let task, let attempt, let worker, let result):
            try add(result, of: trial, task: task, attempt: attempt, worker: worker)
        case .stray(let trial, let task, let attempt, let worker, let result):
            guard let outcome = try reason(toLeaveOut: result, of: trial, AttemptName(task, attempt), worker) else {
                return try add(result, of: trial, task: task, attempt: attempt, worker: worker)
            }
            report.strays.append(
                CommitReport.Stray(
                    trial: trial, name: AttemptName(task, attempt), worker: worker, outcome: outcome))
        }
    }

    /// Why a stray result is left out; nil where it counts like any other.
    private func reason(
        toLeaveOut result: TrialResult, of trial: TrialID, _ name: AttemptName, _ worker: WorkerID
    ) throws -> OfferOutcome? {
        // A task that sweeps name, and all of them are cancelled, gets no result.
        let isCancelled = try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM sweep_tasks WHERE sweep_tasks.task = tasks.number) AND NOT EXISTS (
                    SELECT 1 FROM sweep_tasks JOIN sweeps ON sweeps.number = sweep
                    WHERE sweep_tasks.task = tasks.number AND sweeps.state = 'active')
                FROM attempts JOIN tasks ON tasks.number = attempts.task JOIN task_trials ON task_trials.task = tasks.number
                JOIN trials ON trials.number = trial
                WHERE tasks.id = ? AND attempts.number = ? AND worker = ? AND trials.id = ?
                """,
            arguments: [name.task.data, Int64(clamping: name.attempt.number), worker.data, trial.data])
        let number = try numberOfResult(of: trial)
        guard let isCancelled else {
            // Of a trial that has the same result by now, another one is not worth keeping, whoever found it.
            let isKnown = try number.map { try StoredFindings(db, trial: $0) == StoredFindings(result) }
            return isKnown == true ? nil : .unknown
        }
        if number != nil { return nil }
        return isCancelled || result.contradiction != nil ? .unwanted : nil
    }

    private func start(_ attempt: Attempt, of task: TaskID, by worker: WorkerID) throws {
        let number = Int64(clamping: attempt.number)
        try run(
            """
            INSERT INTO attempts (task, number, worker, epoch, started)
            SELECT number, ?, ?, ?, ? FROM tasks WHERE id = ? ON CONFLICT DO NOTHING
            """, [.integer(number), .id(worker), .integer(epoch), .text(time), .id(task)])
        guard db.changesCount == 0 else { return }
        let owner = try Data.fetchOne(
            db,
            sql: "SELECT worker FROM attempts JOIN tasks ON tasks.number = task WHERE id = ? AND attempts.number = ?",
            arguments: [task.data, number])
        // Written twice is harmless; two workers under one number would break the fence.
        guard owner == worker.data else {
            throw DatabaseError(
                resultCode: .SQLITE_CONSTRAINT, message: "attempt \(attempt) of task \(task) belongs to another worker")
        }
    }

    private mutating func add(
        _ result: TrialResult, of trial: TrialID, task: TaskID, attempt: Attempt, worker: WorkerID
    ) throws {
        if let contradiction = result.contradiction {
            return try refuse(trial, worker, cause: contradiction)
        }
        let from = result.provenance
        try run(
            """
            INSERT INTO results SELECT trials.number, tasks.number, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
            FROM trials, tasks WHERE trials.id = ? AND tasks.id = ? ON CONFLICT (trial) DO NOTHING
            """,
            [
                .number(attempt.number), .id(worker), .text(from.programVersion), .text(from.host),
                .text(from.processor), .text(from.blas), .text(from.weights), .text(from.data), .real(from.seconds),
                .text(time), .id(trial), .id(task),
            ])
        if db.changesCount == 1 {
            try addFindings(of: result, trial: db.lastInsertedRowID)
            report.added.append(trial)
            return
        }
        guard let number = try numberOfResult(of: trial) else {
            return try refuse(trial, worker, cause: "no sweep has this trial or task")
        }
        if try StoredFindings(db, trial: number) == StoredFindings(result) {
            report.repeated.append(trial)
        } else {
            try recordDivergence(of: trial, number, task: task, worker: worker, from: from)
            report.diverged.append(trial)
        }
    }

    private func numberOfResult(of trial: TrialID) throws -> Int64? {
        try Int64.fetchOne(
            db, sql: "SELECT trial FROM results JOIN trials ON number = trial WHERE id = ?", arguments: [trial.data])
    }

    private func addFindings(of result: TrialResult, trial: Int64) throws {
        for metric in result.metrics {
            let value = metric.storedValue
            try run(
                "INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    .integer(trial), .text(metric.testSet), .text(metric.name),
                    .text(value == nil ? "undefined" : "defined"), value.map { .real($0) } ?? .null,
                    .number(metric.images), .number(metric.undefined),
                ])
        }
        for map in result.maps {
            try run(
                "INSERT INTO maps VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    .integer(trial), .text(map.testSet), .number(map.image), .text(map.imageName),
                    .number(map.height), .number(map.width), .bytes(map.pixels),
                ])
        }
        try result.curve?.insert(into: db, trial: trial)
        if let artifact = result.artifact {
            try run(
                "INSERT INTO artifacts VALUES (?, ?, ?)",
                [.integer(trial), .bytes(Data(artifact.name.bytes)), .number(artifact.size)])
        }
        for (position, skipped) in result.skipped.enumerated() {
            try run(
                "INSERT INTO skipped_images VALUES (?, ?, ?, ?, ?)",
                [.integer(trial), .number(position), .text(skipped.set), .text(skipped.image), .text(skipped.cause)])
        }
    }

    private mutating func refuse(_ trial: TrialID, _ worker: WorkerID, cause: String) throws {
        try run(
            "INSERT INTO events (at, kind, trial, worker, message) VALUES (?, 'refused', ?, ?, ?)",
            [.text(time), .id(trial), .id(worker), .text(cause)])
        report.refused.append(CommitReport.Refusal(trial: trial, cause: cause))
    }

    private func recordDivergence(
        of trial: TrialID, _ number: Int64, task: TaskID, worker: WorkerID, from second: TrialResult.Provenance
    ) throws {
        let first = try Row.fetchOne(
            db, sql: "SELECT host, processor, blas FROM results WHERE trial = ?", arguments: [number])
        func place(_ host: String, _ processor: String, _ blas: String) -> String { "\(host) (\(processor), \(blas))" }
        let firstPlace = first.map { place($0["host"], $0["processor"], $0["blas"]) } ?? "unknown"
        let message =
            "\(place(second.host, second.processor, second.blas)) found other figures than \(firstPlace); "
            + "the first ones stay"
        try run(
            "INSERT INTO events (at, kind, task, trial, worker, message) VALUES (?, 'divergence', ?, ?, ?, ?)",
            [.text(time), .id(task), .id(trial), .id(worker), .text(message)])
    }

    private func run(_ sql: String, _ values: [BoundValue]) throws {
        try db.run(sql, values)
    }
}

extension AttemptEnd {
    fileprivate var name: String {
        switch self {
        case .done: "done"
        case .failed: "failed"
        case .lost, .unbegun: "lost"
        case .handedBack: "handed back"
        case .cancelled: "cancelled"
        }
    }

    fileprivate var cause: String? {
        guard case .failed(_, let cause) = self else { return nil }
        return cause
    }
}
