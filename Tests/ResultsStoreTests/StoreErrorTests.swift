import ResultsStore
import TestSupport
import Testing

@Suite("Messages of the store")
struct StoreErrorTests {
    @Test func `every message says what is wrong, where, and what to do`() throws {
        let errors: [StoreError] = [
            .full(folder: "state"), .readOnly(folder: "state"), .busy(folder: "state"),
            .diskError(folder: "state", detail: "disk I/O error, code 1034"),
            .corrupt(file: "state/results.sqlite", detail: "database disk image is malformed"),
            .foreign(file: "state/results.sqlite"), .newer(file: "state/results.sqlite", version: 3, known: 1),
            .owned(folder: "state", processID: 4711), .owned(folder: "state", processID: nil),
            .networkFileSystem(folder: "/nfs/state", kind: "nfs4"), .nothingThere(folder: "state"),
            .databaseLost(folder: "state", evidence: "epoch"),
            .otherSweep(folder: "state", found: "table1", submitted: "table5"),
            .unknownSweep(name: "table9", known: ["table1", "table5"]), .unknownSweep(name: "table9", known: []),
            .invalidSweep(detail: "a trial is there twice"),
            .badReference(file: "table1.csv", line: 7, detail: "'high' is not a number"),
            .unexpected(folder: "state", detail: "SQLite error 21: bad parameter or other API misuse"),
        ]
        try expectGolden(errors.map(\.description).joined(separator: "\n") + "\n", "errors.txt")
    }
}
