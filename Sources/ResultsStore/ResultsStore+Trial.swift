package import Coordination
import Foundation
import GRDB

extension ResultsStore {
    /// What one trial has found out; nil where it has no result.
    package func findings(of trial: TrialID) throws(StoreError) -> TableTrial.Findings? {
        guard let provenance = try provenance(of: trial) else { return nil }
        return try read { db in
            let metrics = try Row.fetchAll(
                db,
                sql: """
                    SELECT test_set, name, value, images, undefined FROM trials JOIN metrics ON trial = number
                    WHERE id = ? ORDER BY test_set, name
                    """, arguments: [trial.data]
            ).map { row in
                TrialResult.Metric(testSet: row[0], name: row[1], value: row[2], images: row[3], undefined: row[4])
            }
            let skipped = try Row.fetchAll(
                db,
                sql: """
                    SELECT image_set, image, cause FROM trials JOIN skipped_images ON trial = number
                    WHERE id = ? ORDER BY position
                    """, arguments: [trial.data]
            ).map { row in TrialResult.SkippedImage(set: row[0], image: row[1], cause: row[2]) }
            return TableTrial.Findings(metrics: metrics, skipped: skipped, provenance: provenance)
        }
    }

    /// The names of a trial's maps, without their values.
    package func mapNames(of trial: TrialID) throws(StoreError) -> [StoredMapName] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT test_set, image, image_name, height, width FROM trials JOIN maps ON trial = number
                    WHERE id = ? ORDER BY test_set, image
                    """, arguments: [trial.data]
            ).map { row in
                StoredMapName(testSet: row[0], image: row[1], imageName: row[2], height: row[3], width: row[4])
            }
        }
    }

    /// One of a trial's maps; nil where there is none of this image.
    package func map(of trial: TrialID, testSet: String, image: Int) throws(StoreError) -> TrialResult.Map? {
        try read { db in
            try Row.fetchOne(
                db,
                sql: """
                    SELECT trials.id, maps.* FROM trials JOIN maps ON trial = number
                    WHERE id = ? AND test_set = ? AND image = ?
                    """, arguments: [trial.data, testSet, image]
            ).map { row in try StoredMap(row).map }
        }
    }
}

/// What a stored map is of.
package struct StoredMapName: Hashable, Codable, Sendable {
    package let testSet: String
    package let image: Int
    package let imageName: String
    package let height: Int
    package let width: Int
}
