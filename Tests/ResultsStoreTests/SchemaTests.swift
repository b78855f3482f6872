import Coordination
import Foundation
import ResultsStore
import TestSupport
import Testing

@Suite("Schema")
struct SchemaTests {
    /// A released migration is never edited: this file changes only when a migration is added.
    @Test func `the migrations end in the schema that was written down`() throws {
        try withTemporaryFolder { folder in
            try ResultsStore(folder: folder).close()
            let tables = try RawDatabase.strings(
                "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT GLOB 'sqlite_*' ORDER BY name",
                in: folder.appending(path: "results.sqlite"))
            try expectGolden(tables.joined(separator: ";\n\n") + ";\n", "schema.sql")
        }
    }

    @Test func `a database of the first version is brought up to date, and nothing in it is lost`() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "results.sqlite")
            try RawDatabase.execute(
                String(contentsOf: fixture("schema-1.sql"), encoding: .utf8) + """
                    INSERT INTO grdb_migrations VALUES ('1 sweeps, trials, tasks and results');
                    INSERT INTO sweeps VALUES (1, zeroblob(16), 'old', '', 'active', '');
                    INSERT INTO trials VALUES (1, zeroblob(16));
                    INSERT INTO tasks VALUES (1, zeroblob(16), x'7b7d', 'open', NULL);
                    INSERT INTO sweep_trials VALUES (1, 0, 1);
                    INSERT INTO sweep_tasks VALUES (1, 0, 1);
                    INSERT INTO task_trials VALUES (1, 0, 1);
                    INSERT INTO attempts VALUES (1, 1, zeroblob(16), 1, '', '', 'failed', 'cause');
                    PRAGMA application_id = \(0x5053_5750);
                    PRAGMA user_version = 1;
                    """, in: file)
            // Whoever only reads takes it as it is.
            #expect(try ResultsStore(reading: folder).progress().map(\.priority) == [.usual])
            #expect(try ResultsStore(reading: folder).artifact(of: TrialID(high: 0, low: 0)) == nil)
            let store = try ResultsStore(folder: folder)
            let tasks = try store.unfinishedTasks()
            #expect(tasks.map(\.nextAttempt.number) == [2])
            #expect(tasks.map(\.needs) == [[]])
            #expect(tasks.flatMap(\.executions).map(\.failure) == [nil])
            #expect(try store.progress().map(\.priority) == [.usual])
            try store.close()
        }
    }

    @Test(arguments: [
        "UPDATE sweeps SET priority = 0",
        "UPDATE sweeps SET priority = 101",
        "UPDATE tasks SET needs = x'00'",
        "INSERT INTO metrics VALUES (1, 'black', 'SPC', 'defined', NULL, 1, 0)",
        "INSERT INTO metrics VALUES (1, 'black', 'SPC', 'undefined', 0.5, 1, 1)",
        "INSERT INTO metrics VALUES (1, 'black', 'SPC', 'defined', 9e999 - 9e999, 1, 0)",
        "INSERT INTO metrics VALUES (1, 'black', 'SPC', 'undefined', NULL, 1, 2)",
        "INSERT INTO maps VALUES (1, 'black', 0, 'a', 2, 2, x'00000000')",
        "INSERT INTO curves VALUES (1, 0, 0, 'loss', 0.5)",
        "INSERT INTO curves VALUES (2, 1, 0, 'loss', 0.5)",
        "INSERT INTO artifacts VALUES (1, x'00', 1)",
        "INSERT INTO artifacts VALUES (1, zeroblob(32), 0)",
        "INSERT INTO results SELECT * FROM results",
        "UPDATE tasks SET state = 'failed'",
        "INSERT INTO attempts VALUES (1, 0, zeroblob(16), 1, '', NULL, NULL, NULL, NULL)",
    ])
    func `the database itself refuses what cannot be`(sql: String) throws {
        try withTemporaryFolder { folder in
            do {
                let store = try ResultsStore(folder: folder)
                _ = try store.submit(Samples.sweep(), at: Samples.noon)
                let result = Samples.result()
                try store.commit([Samples.found(1, finding: result)])
                try store.close()
            }
            let file = folder.appending(path: "results.sqlite")
            try RawDatabase.execute("DELETE FROM metrics; DELETE FROM maps", in: file)
            #expect(throws: (any Error).self) { try RawDatabase.execute(sql, in: file) }
        }
    }
}
