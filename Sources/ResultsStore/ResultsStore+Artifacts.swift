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
