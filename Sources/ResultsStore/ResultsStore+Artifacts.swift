package import Coordination
import Foundation
import GRDB

extension ResultsStore {
    /// The file that a trial has made; nil where it has no result yet, or makes none.
    package func artifact(of trial: TrialID) throws(StoreError) -> TrialArtifact? {
        try read { db in
            guard try db.tableExists("artifacts") else { return nil }
            return try Row.fetchOne(
                db, sql: "SELECT sha256, bytes FROM artifacts JOIN trials ON number = trial WHERE id = ?",
                arguments: [trial.data]
            ).map { row in try TrialArtifact(row) }
        }
    }
}

extension ResultsStore {
    /// The names of the files that trials of stored sweeps have made, cancelled sweeps among them.
    package func keptArtifacts() throws(StoreError) -> Set<BlobName> {
        try read { db in
            let rows = try Data.fetchCursor(db, sql: "SELECT sha256 FROM artifacts JOIN sweep_trials USING (trial)")
            var names: Set<BlobName> = []
            while let digest = try rows.next() { if let name = BlobName(digest) { names.insert(name) } }
            return names
        }
    }

    /// Those of some tasks that lack a result and may still get one: of sweeps that are not cancelled, failed ones too.
    package func liveTasks(among tasks: [TaskID]) throws(StoreError) -> Set<TaskID> {
        try read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT EXISTS (
                        SELECT 1 FROM tasks JOIN sweep_tasks ON sweep_tasks.task = tasks.number
                        JOIN sweeps ON sweeps.number = sweep
                        JOIN task_trials ON task_trials.task = tasks.number LEFT JOIN results USING (trial)
                        WHERE tasks.id = ? AND sweeps.state = 'active' AND results.trial IS NULL)
                    """)
            return Set(try tasks.filter { try Bool.fetchOne(statement, arguments: [$0.data]) == true })
        }
    }
}

extension TrialArtifact {
    /// The artifact that a trial's row names; nil where there is none.
    init?(_ db: Database, trial: Int64) throws {
        let row = try Row.fetchOne(db, sql: "SELECT sha256, bytes FROM artifacts WHERE trial = ?", arguments: [trial])
        guard let row else { return nil }
        try self.init(row)
    }

    /// - Throws: `SQLITE_CORRUPT` where the digest is none.
    fileprivate init(_ row: Row) throws {
        let digest: Data = row[0]
        guard let name = BlobName(digest) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "an artifact's digest is none")
        }
        self.init(name: name, size: row[1])
    }
}
