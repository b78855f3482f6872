package import Coordination
import Foundation
import GRDB

extension ResultsStore {
    /// A sweep's table, as far as its results go.
    ///
    /// - Parameters:
    ///   - sweep: The sweep.
    ///   - reference: A paper's figures to set beside ours; what file the sweep names stands in ``tableDefinition(of:)``.
    /// - Returns: The table.
    /// - Throws: `unknownSweep` where there is none of this identifier.
    package func table(of sweep: SweepID, reference: ReferenceFigures? = nil) throws(StoreError) -> ResultsTable {
        try read { db in
            let (name, definition) = try definition(of: sweep, db)
            let trials = try Self.trials(of: sweep, definition, db)
            return ResultsTable(name: name, definition: definition, trials: trials, reference: reference)
        }
    }

    /// How a sweep's table is laid out, and what it is compared with.
    package func tableDefinition(of sweep: SweepID) throws(StoreError) -> TableDefinition {
        try read { db in try definition(of: sweep, db).1 }
    }

    private func definition(of sweep: SweepID, _ db: Database) throws -> (String, TableDefinition) {
        let row = try Row.fetchOne(
            db, sql: "SELECT name, definition FROM sweeps WHERE id = ?", arguments: [sweep.data])
        guard let row else {
            let names = try String.fetchAll(db, sql: "SELECT name FROM sweeps ORDER BY submitted, rowid")
            throw StoreError.unknownSweep(name: sweep.short, known: names)
        }
        let json: String = row["definition"]
        do {
            return (row["name"], try JSONDecoder().decode(TableDefinition.self, from: Data(json.utf8)))
        } catch {
            throw StoreError.corrupt(file: folder.database.path, detail: "a sweep's definition cannot be read")
        }
    }

    private static func trials(
        of sweep: SweepID, _ definition: TableDefinition, _ db: Database
    ) throws -> [TableTrial] {
        let metrics = try metrics(of: sweep, db)
        let skipped = try skippedImages(of: sweep, db)
        let causes = try causes(of: sweep, db)
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT sweep_trials.trial AS id, results.* FROM sweep_trials LEFT JOIN results USING (trial)
                WHERE sweep = ? ORDER BY position
                """, arguments: [sweep.data])
        guard rows.count == definition.trials.count,
            definition.trials.allSatisfy({ $0.count == definition.settings.count })
        else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a sweep's definition has other trials than it")
        }
        return try zip(rows, definition.trials).map { row, settings in
            let id: TrialID = try row.identifier("id")
            let state: TableTrial.State =
                if (row["task"] as Data?) == nil {
                    causes[id].map(TableTrial.State.failed) ?? .missing
                } else {
                    .finished(
                        TableTrial.Findings(
                            metrics: metrics[id] ?? [], skipped: skipped[id] ?? [], provenance: try Provenance(row)))
                }
            return TableTrial(id: id, settings: settings, state: state)
        }
    }

    private static func metrics(of sweep: SweepID, _ db: Database) throws -> [TrialID: [TrialResult.Metric]] {
        try grouped(
            db, "SELECT metrics.* FROM sweep_trials JOIN metrics USING (trial) WHERE sweep = ?", sweep
        ) { row in
            TrialResult.Metric(
                testSet: row["test_set"], name: row["name"], value: row["value"], images: row["images"],
                undefined: row["undefined"])
        }
    }

    private static func skippedImages(
        of sweep: SweepID, _ db: Database
    ) throws -> [TrialID: [TrialResult.SkippedImage]] {
        try grouped(
            db,
            """
            SELECT skipped_images.* FROM sweep_trials JOIN skipped_images USING (trial) WHERE sweep = ?
            ORDER BY skipped_images.trial, skipped_images.position
            """, sweep
        ) { row in
            TrialResult.SkippedImage(set: row["image_set"], image: row["image"], cause: row["cause"])
        }
    }

    /// Why the trials failed of which no task is still tried.
    private static func causes(of sweep: SweepID, _ db: Database) throws -> [TrialID: String] {
        let causes: [TrialID: [String?]] = try grouped(
            db,
            """
            SELECT sweep_trials.trial, cause FROM sweep_trials JOIN task_trials USING (trial)
            JOIN tasks ON tasks.id = task_trials.task WHERE sweep = ? ORDER BY sweep_trials.position, tasks.id
            """, sweep
        ) { row in row["cause"] }
        return causes.compactMapValues { causes in causes.contains(nil) ? nil : causes.first ?? nil }
    }

    /// The rows of a query about one sweep, by their trial.
    private static func grouped<Value>(
        _ db: Database, _ sql: String, _ sweep: SweepID, _ value: (Row) -> Value
    ) throws -> [TrialID: [Value]] {
        var groups: [TrialID: [Value]] = [:]
        let rows = try Row.fetchCursor(db, sql: sql, arguments: [sweep.data])
        while let row = try rows.next() { groups[try row.identifier("trial"), default: []].append(value(row)) }
        return groups
    }
}
