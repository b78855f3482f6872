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

    @Test(arguments: [
        "INSERT INTO metrics VALUES (1, 'black', 'SPC', 'defined', NULL, 1, 0)",
        "INSERT INTO metrics VALUES (1, 'black', 'SPC', 'undefined', 0.5, 1, 1)",
        "INSERT INTO metrics VALUES (1, 'black', 'SPC', 'defined', 9e999 - 9e999, 1, 0)",
        "INSERT INTO metrics VALUES (1, 'black', 'SPC', 'undefined', NULL, 1, 2)",
        "INSERT INTO maps VALUES (1, 'black', 0, 'a', 2, 2, x'00000000')",
        "INSERT INTO results SELECT * FROM results",
        "UPDATE tasks SET state = 'failed'",
        "INSERT INTO attempts VALUES (1, 0, zeroblob(16), 1, '', NULL, NULL, NULL)",
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
