import Coordination
import GRDB

extension ResultsStore {
    /// What a sweep's rows are made of; it stays as long as ``submissionMark(of:)`` does.
    func newestLayout(of sweep: SweepID) throws(StoreError) -> NewestTrials.Layout {
        let names = try sweepNames()
        return NewestTrials.Layout(try tableDefinition(of: sweep), name: names[sweep] ?? sweep.short)
    }

    /// When a sweep was last submitted, which decides what is known of its trials.
    func submissionMark(of sweep: SweepID) throws(StoreError) -> String? {
        try read { db in
            try String.fetchOne(db, sql: "SELECT submitted FROM sweeps WHERE id = ?", arguments: [sweep.data])
        }
    }

    /// The sweep that a trial belongs to, the one that was submitted last where several share it; without a trial that of the
    /// newest result of all.
    ///
    /// - Complexity: O(results) without a trial.
    func sweep(of trial: TrialID?) throws(StoreError) -> SweepID? {
        let number =
            trial == nil
            ? "SELECT trial FROM results ORDER BY committed DESC LIMIT 1" : "SELECT number FROM trials WHERE id = ?"
        return try read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT sweeps.id FROM sweep_trials JOIN sweeps ON sweeps.number = sweep WHERE trial = (\(number))
                    ORDER BY sweeps.submitted DESC, sweeps.number DESC LIMIT 1
                    """, arguments: trial.map { [$0.data] } ?? [])
            return try row?.identifier(at: 0)
        }
    }

    /// A sweep's trials that were finished last.
    ///
    /// - Complexity: O(results of the sweep).
    func newestTrials(
        of sweep: SweepID, _ layout: NewestTrials.Layout
    ) throws(StoreError) -> NewestTrials {
        try rows(
            of: layout,
            """
            SELECT trial, position FROM sweeps JOIN sweep_trials ON sweep = sweeps.number JOIN results USING (trial)
            WHERE sweeps.id = ? ORDER BY committed DESC, position DESC LIMIT \(NewestTrials.limit)
            """, [sweep.data])
    }

    /// The same of trials that are known to be the newest, the newest first.
    func newestTrials(
        _ trials: [TrialID], of sweep: SweepID, _ layout: NewestTrials.Layout
    ) throws(StoreError) -> NewestTrials {
        let wanted = trials.prefix(NewestTrials.limit)
        let order = wanted.indices.map { "WHEN ? THEN \($0)" }.joined(separator: " ")
        guard !order.isEmpty else { return layout.newest([]) }
        return try rows(
            of: layout,
            """
            SELECT trial, position FROM trials JOIN sweep_trials ON trial = trials.number
            JOIN sweeps ON sweeps.number = sweep JOIN results USING (trial)
            WHERE trials.id IN (\(wanted.map { _ in "?" }.joined(separator: ", "))) AND sweeps.id = ?
            ORDER BY CASE trials.id \(order) END
            """, StatementArguments(wanted.map(\.data) + [sweep.data] + wanted.map(\.data)))
    }

    private func rows(
        of layout: NewestTrials.Layout, _ sql: String, _ arguments: StatementArguments
    ) throws(StoreError) -> NewestTrials {
        let found = try read { db in
            try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
                let metrics = try Row.fetchAll(
                    db, sql: "SELECT test_set, name, value, images, undefined FROM metrics WHERE trial = ?",
                    arguments: [row[0] as Int64])
                return (
                    position: row[1] as Int,
                    metrics: metrics.map { row in
                        TrialResult.Metric(
                            testSet: row[0], name: row[1], value: row[2], images: row[3], undefined: row[4])
                    }
                )
            }
        }
        return layout.newest(found)
    }
}
