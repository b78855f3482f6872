import Foundation
import ResultsStore
import Sweep
import TestSupport
import Testing

@Suite("How a sweep was submitted")
struct OriginTests {
    private static let text = """
        name: tiny
        data: {size: 48, train: {synthetic: leaves, count: "${LEAVES:-8}"}, test: {black: {constant: 0}}}
        encoder: none
        target: H

        """

    private func definition(
        path: String = "sweeps/tiny.yaml", overrides: [String] = [], leaves: String = "8"
    ) throws -> SweepDefinition {
        try SweepDefinition(
            parsing: Self.text, path: path, folder: "/lab/sweeps", environment: ["LEAVES": leaves],
            overrides: overrides, exists: { _ in true })
    }

    @Test func `it is kept with the sweep, the overrides in their order`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            let overrides = ["fit.epochs=3", "fit.batch=2", "fit.epochs=4"]
            let sweep = try store.submit(try definition(overrides: overrides, leaves: "9"), at: Samples.noon).sweep
            try store.close()
            let origin = try ResultsStore(reading: folder).tableDefinition(of: sweep).origin
            #expect(
                origin
                    == SweepOrigin(
                        path: "sweeps/tiny.yaml", folder: "/lab/sweeps", overrides: overrides,
                        variables: ["LEAVES": "9"]))
        }
    }

    @Test func `another path to the same file is no other sweep, and is kept instead`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            let first = try store.submit(try definition(), onlySweep: true, at: Samples.noon)
            let second = try store.submit(try definition(path: "../tiny.yaml"), onlySweep: true, at: Samples.noon)
            #expect(second.sweep == first.sweep)
            #expect(second.kept == first.added && second.added.isEmpty && second.withdrawn.isEmpty)
            #expect(try store.tableDefinition(of: second.sweep).origin?.path == "../tiny.yaml")
        }
    }

    @Test func `tables for programs say it beside the file's digest, where provenance is asked for`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            let sweep = try store.submit(try definition(overrides: ["fit.epochs=3"]), at: Samples.noon).sweep
            let table = try store.table(of: sweep)
            let json = table.formatted(as: .json)
            #expect(json.contains("\"file\": \"sweeps/tiny.yaml\""))
            #expect(json.contains("\"set\": [\"fit.epochs=3\"]"))
            #expect(json.contains("\"variables\": {\"LEAVES\": \"8\"}"))
            #expect(!table.formatted(as: .json, provenance: false).contains("submitted"))
        }
    }

    @Test func `of a folder of an earlier version it is not known`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            let sweep = try store.submit(try definition(), at: Samples.noon).sweep
            try store.close()
            try RawDatabase.execute(
                "UPDATE sweeps SET definition = json_remove(definition, '$.origin')",
                in: folder.appending(path: "results.sqlite"))
            let later = try ResultsStore(folder: folder)
            #expect(try later.tableDefinition(of: sweep).origin == nil)
            #expect(try later.table(of: sweep).formatted(as: .json).contains("submitted") == false)
            // Whoever submits it again says it.
            _ = try later.submit(try definition(), at: Samples.noon)
            #expect(try later.tableDefinition(of: sweep).origin?.folder == "/lab/sweeps")
        }
    }
}
