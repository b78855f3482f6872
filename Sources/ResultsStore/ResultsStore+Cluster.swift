package import Coordination
import Foundation
import GRDB

extension ResultsStore {
    /// The name of these results for workers, which keep what they have computed for them; drawn once, and kept in
    /// backups too.
    package func clusterID() throws(StoreError) -> ClusterID {
        let bytes = try write { db in
            try db.execute(sql: "INSERT OR IGNORE INTO meta VALUES ('cluster', randomblob(16))")
            return try Data.fetchOne(db, sql: "SELECT value FROM meta WHERE key = 'cluster'")
        }
        guard let bytes, let cluster = ClusterID(bytes) else {
            throw .corrupt(file: folder.database.path, detail: "the cluster's name should have 16 bytes")
        }
        return cluster
    }
}
