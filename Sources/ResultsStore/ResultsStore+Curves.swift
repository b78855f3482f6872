package import Coordination
import Foundation
import GRDB

extension ResultsStore {
    /// The learning curves of a sweep's finished trainings, in the order of its trials.
    ///
    /// What it costs goes with the trainings of the whole store: position trials have no curve.
    ///
    /// - Parameters:
    ///   - sweep: The sweep.
    ///   - limit: The most trainings whose curves are read.
    /// - Returns: The curves, with the settings of their trials.
    /// - Throws: `unknownSweep` where there is none of this identifier.
    package func curves(of sweep: SweepID, atMost limit: Int = .max) throws(StoreError) -> TrialCurves {
        let definition = try tableDefinition(of: sweep)
        return try read { db in
            let name = try String.fetchOne(db, sql: "SELECT name FROM sweeps WHERE id = ?", arguments: [sweep.data])
            guard try db.tableExists("curves") else { return TrialCurves(sweep: name ?? "", settings: [], trials: []) }
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT sweep_trials.position, curves.trial, trials.id FROM curves CROSS JOIN sweep_trials
                    ON sweep_trials.trial = curves.trial AND sweep = (SELECT number FROM sweeps WHERE id = ?)
                    JOIN trials ON trials.number = curves.trial ORDER BY sweep_trials.position LIMIT ?
                    """, arguments: [sweep.data, limit])
            let trials = try rows.compactMap { row -> TrialCurves.Trial? in
                let position: Int = row[0]
                guard definition.trials.indices.contains(position), let curve = try LearningCurve(db, trial: row[1])
                else { return nil }
                return TrialCurves.Trial(
                    id: try row.identifier(at: 2), settings: Array(definition.trials[position]), curve: curve)
            }
            return TrialCurves(sweep: name ?? "", settings: definition.settings, trials: trials)
        }
    }

    /// The body of a task that a worker has at the moment; nil where it does not run, or is not known.
    package func bodyOfRunning(_ task: TaskID) throws(StoreError) -> [UInt8]? {
        try read { db in
            try Data.fetchOne(
                db,
                sql: """
                    SELECT body FROM tasks WHERE id = ?
                    AND EXISTS (SELECT 1 FROM attempts WHERE attempts.task = tasks.number AND end IS NULL)
                    """, arguments: [task.data]
            ).map { [UInt8]($0) }
        }
    }
}

extension LearningCurve {
    /// The curve of a trial; nil for one that has none.
    init?(_ db: Database, trial: Int64) throws {
        var metrics: [String] = []
        var points: [Point] = []
        var (epoch, values): (Int?, [Float?]) = (nil, [])
        func end() throws {
            guard let epoch else { return }
            guard values.count == metrics.count else {
                throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "a learning curve lacks a figure")
            }
            points.append(Point(epoch: epoch, values: values))
        }
        let rows = try Row.fetchCursor(
            db, sql: "SELECT epoch, metric, value FROM curves WHERE trial = ? ORDER BY epoch, position",
            arguments: [trial])
        while let row = try rows.next() {
            let next: Int = row[0]
            if next != epoch {
                try end()
                (epoch, values) = (next, [])
            }
            if points.isEmpty { metrics.append(row[1]) }
            values.append((row[2] as Double?).map { Float($0) })
        }
        try end()
        guard !points.isEmpty else { return nil }
        self.init(metrics: metrics, points: points)
    }

    /// Writes the curve beside the trial's other findings.
    func insert(into db: Database, trial: Int64) throws {
        for point in points {
            for (position, (metric, value)) in zip(metrics, point.values).enumerated() {
                try db.run(
                    "INSERT INTO curves VALUES (?, ?, ?, ?, ?)",
                    [
                        .integer(trial), .number(point.epoch), .number(position), .text(metric),
                        value.map { .real(Double($0)) } ?? .null,
                    ])
            }
        }
    }
}
