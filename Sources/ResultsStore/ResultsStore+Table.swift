package import Coordination
import Foundation
import GRDB

extension ResultsStore {
    /// A sweep's table, as far as its results go.
    ///
    /// - Parameters:
    ///   - sweep: The sweep.
    ///   - reference: A paper's figures to set beside ours; what file the sweep names stands in ``tableDefinition(of:)``.
    ///   - baseline: The arm with which the others are compared seed by seed.
    ///   - showsAll: Whether trials are among the table's that are there for others alone, as the training of what is read.
    ///   - choose: Chooses the metrics of the table from those that there are; nil takes those of the sweep file.
    /// - Returns: The table.
    /// - Throws: `unknownSweep` where there is none of this identifier, `badBaseline` where no row is the baseline.
    package func table(
        of sweep: SweepID, reference: ReferenceFigures? = nil, baseline: Baseline? = nil, showsAll: Bool = false,
        metrics choose: (([String]) -> [String])? = nil
    ) throws(StoreError) -> ResultsTable {
        let (name, definition, trials) = try read { db -> (String, TableDefinition, [TableTrial]) in
            let (name, definition) = try self.definition(of: sweep, db)
            var trials = try Self.trials(of: sweep, definition, db)
            if !showsAll { trials.removeLast(min(trials.count, max(0, definition.hiddenTrials ?? 0))) }
            return (name, definition, trials)
        }
        var shown = definition
        if let choose {
            var known = definition.metrics
            for metric in trials.lazy.flatMap({ $0.findings?.metrics ?? [] }) where !known.contains(metric.name) {
                known.append(metric.name)
            }
            shown = definition.showing(choose(known))
        }
        if let baseline, let mistake = ResultsTable.mistake(in: baseline, definition: shown, trials: trials) {
            throw .badBaseline("\(baseline)", detail: mistake)
        }
        return ResultsTable(name: name, definition: shown, trials: trials, reference: reference, baseline: baseline)
    }

    /// How a sweep's table is laid out, and what it is compared with.
    package func tableDefinition(of sweep: SweepID) throws(StoreError) -> TableDefinition {
        try read { db in try definition(of: sweep, db).1 }
    }

    private func definition(of sweep: SweepID, _ db: Database) throws -> (String, TableDefinition) {
        let row = try Row.fetchOne(
            db, sql: "SELECT name, definition FROM sweeps WHERE id = ?", arguments: [sweep.data])
        guard let row else {
            let names = try String.fetchAll(db, sql: "SELECT name FROM sweeps ORDER BY number")
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
        let provenances = try provenances(of: sweep, db)
        let causes = try causes(of: sweep, db)
        var ids: [TrialID] = []
        try db.forEachRow(
            "SELECT trials.id \(ofTrials) WHERE sweeps.id = ? ORDER BY position", [.id(sweep)]
        ) { row in ids.append(try row.identifier(at: 0)) }
        guard ids.count == definition.trials.count, definition.hasWholeRows else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a sweep's definition has other trials than it")
        }
        return zip(ids, definition.trials).map { id, settings in
            let state: TableTrial.State =
                if let provenance = provenances[id]?.first {
                    .finished(
                        TableTrial.Findings(
                            metrics: metrics[id] ?? [], skipped: skipped[id] ?? [], provenance: provenance))
                } else {
                    causes[id].map(TableTrial.State.failed) ?? .missing
                }
            return TableTrial(id: id, settings: settings, state: state)
        }
    }

    /// The trials of the sweep that is asked for, to which other tables are joined.
    private static let ofTrials = """
        FROM sweeps JOIN sweep_trials ON sweep = sweeps.number JOIN trials ON trials.number = sweep_trials.trial
        """

    private static func provenances(of sweep: SweepID, _ db: Database) throws -> [TrialID: [Provenance]] {
        try grouped(
            db,
            """
            SELECT trials.id, \(Provenance.columns)
            JOIN sweep_trials USING (trial) JOIN sweeps ON sweeps.number = sweep
            """, sweep
        ) { row in try Provenance(row, from: 1) }
    }

    private static func metrics(of sweep: SweepID, _ db: Database) throws -> [TrialID: [TrialResult.Metric]] {
        try grouped(
            db,
            "SELECT trials.id, test_set, metrics.name, value, images, undefined \(ofTrials) JOIN metrics USING (trial)",
            sweep
        ) { row in
            TrialResult.Metric(testSet: row[1], name: row[2], value: row[3], images: row[4], undefined: row[5])
        }
    }

    private static func skippedImages(
        of sweep: SweepID, _ db: Database
    ) throws -> [TrialID: [TrialResult.SkippedImage]] {
        try grouped(
            db,
            """
            SELECT trials.id, image_set, image, cause \(ofTrials) JOIN skipped_images USING (trial)
            """, sweep, order: "skipped_images.trial, skipped_images.position"
        ) { row in
            TrialResult.SkippedImage(set: row[1], image: row[2], cause: row[3])
        }
    }

    /// Why the trials failed of which no task is still tried.
    private static func causes(of sweep: SweepID, _ db: Database) throws -> [TrialID: String] {
        let causes: [TrialID: [String?]] = try grouped(
            db,
            """
            SELECT trials.id, cause \(ofTrials) JOIN task_trials USING (trial)
            JOIN tasks ON tasks.number = task_trials.task
                AND NOT EXISTS (SELECT 1 FROM results WHERE results.trial = sweep_trials.trial)
            """, sweep, order: "sweep_trials.position, tasks.number"
        ) { row in row[1] }
        return causes.compactMapValues { causes in causes.contains(nil) ? nil : causes.first ?? nil }
    }

    /// The rows of a query about one sweep, by the trial whose identifier each begins with.
    ///
    /// They come in the order in which SQLite finds them: sorting millions takes longer than reading them.
    private static func grouped<Value>(
        _ db: Database, _ sql: String, _ sweep: SweepID, order: String = "sweep_trials.position",
        _ value: (Row) throws -> Value
    ) throws -> [TrialID: [Value]] {
        var groups: [TrialID: [Value]] = [:]
        let rows = try Row.fetchCursor(
            db, sql: "\(sql) WHERE sweeps.id = ? ORDER BY \(order)", arguments: [sweep.data])
        while let row = try rows.next() { groups[try row.identifier(at: 0), default: []].append(try value(row)) }
        return groups
    }
}
