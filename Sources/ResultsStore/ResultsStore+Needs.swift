import Foundation
import GRDB

extension ResultsStore {
    /// What is needed for everything that lacks a result and may still get one: tasks of sweeps that are not cancelled,
    /// failed ones too, since they may be tried again.
    ///
    /// - Returns: Hashes as tasks name them; nil where a task of an earlier version does not say.
    package func liveNeeds() throws(StoreError) -> Set<UInt64>? {
        try read { db in
            var needs: Set<UInt64> = []
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT DISTINCT needs FROM tasks WHERE EXISTS (
                        SELECT 1 FROM sweep_tasks JOIN sweeps ON sweeps.number = sweep
                        WHERE sweep_tasks.task = tasks.number AND sweeps.state = 'active')
                    AND EXISTS (
                        SELECT 1 FROM task_trials LEFT JOIN results USING (trial)
                        WHERE task_trials.task = tasks.number AND results.trial IS NULL)
                    """)
            while let row = try rows.next() {
                let stored: Data? = row[0]
                guard let stored else { return nil }
                needs.formUnion(stored.hashes)
            }
            return needs
        }
    }

    /// What the tasks of all stored sweeps read, finished ones too.
    ///
    /// - Returns: Hashes as tasks name them.
    package func storedNeeds() throws(StoreError) -> Set<UInt64> {
        try read { db in
            var needs: Set<UInt64> = []
            let rows = try Row.fetchCursor(db, sql: "SELECT DISTINCT needs FROM tasks WHERE needs IS NOT NULL")
            while let row = try rows.next() { needs.formUnion((row[0] as Data).hashes) }
            return needs
        }
    }
}
