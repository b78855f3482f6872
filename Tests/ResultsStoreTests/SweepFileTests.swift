import Coordination
import Foundation
import ResultsStore
import Sweep
import TestSupport
import Testing

@Suite("From a sweep file to its table")
struct SweepFileTests {
    @Test func `a sweep file's trials and tasks are what is submitted`() throws {
        try withTemporaryFolder { folder in
            let definition = try definition(seeds: 2)
            let store = try ResultsStore(folder: folder)
            let submission = try store.submit(definition, onlySweep: true, at: Samples.noon)
            #expect(submission.sweep == SweepID(sweepNamed: "padding"))
            #expect(submission.added.map(\.description) == definition.trials.map(\.id))
            let tasks = try store.unfinishedTasks(of: submission.sweep)
            #expect(tasks.map(\.id.description) == definition.tasks.map(\.id))
            #expect(tasks.map(\.body) == definition.tasks.map(\.body))
            #expect(tasks.map { $0.trials.map(\.description) } == definition.tasks.map(\.trialIDs))
        }
    }

    @Test func `an edited file adds its seeds to the same sweep and keeps results`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            let first = try store.submit(try definition(seeds: 1), at: Samples.noon)
            try commitEverything(store)
            let second = try store.submit(try definition(seeds: 3), onlySweep: true, at: Samples.noon)
            #expect(second.sweep == first.sweep)
            #expect(second.kept == first.added)
            #expect(second.added.count == 2 * first.added.count)
            #expect(second.finished == first.added.count)
        }
    }

    @Test func `points that any sweep has finished are counted`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            let (one, three) = (try definition(seeds: 1), try definition(seeds: 3))
            _ = try store.submit(one, at: Samples.noon)
            func finished(_ sweep: SweepDefinition) throws -> Int {
                try store.finishedCount(among: sweep.trials.compactMap { TrialID($0.id) })
            }
            #expect(try finished(three) == 0)
            try commitEverything(store)
            #expect(try finished(three) == one.trials.count)
            #expect(try finished(one) == one.trials.count)
        }
    }

    @Test(arguments: TableFormat.allCases)
    func `a sweep file's table, with what cannot matter left out`(format: TableFormat) throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            let submission = try store.submit(try definition(seeds: 1), at: Samples.noon)
            try commitEverything(store)
            let table = try store.table(of: submission.sweep)
            #expect(table.rowKeys == ["encoder", "encoder.padding", "target"])
            try expectGolden(table.formatted(as: format, provenance: false), "file.\(format.rawValue)")
        }
    }

    /// FNV-1a, 128 bits: the empty text's is the offset basis, "a" is from the authors' test vectors.
    @Test(arguments: [
        ("", "6c62272e07bb014262b821756295c58d"), ("a", "d228cb696f1a8caf78912b704e4a8964"),
    ])
    func `a sweep's identifier is its name's hash`(name: String, digits: String) {
        #expect(SweepID(sweepNamed: name).description == digits)
    }

    private func commitEverything(_ store: ResultsStore) throws {
        for task in try store.unfinishedTasks() {
            try store.commit(
                task.trials.map { trial in
                    .result(
                        trial, task: task.id, .first, worker: Samples.alice,
                        TrialResult(
                            metrics: [
                                Samples.metric("natural", "SPC", 0.5, images: 2),
                                Samples.metric("natural", "MAE", 0.25, images: 2),
                            ], maps: [], skipped: [], provenance: Samples.provenance()))
                })
        }
    }

    private func definition(seeds: Int) throws -> SweepDefinition {
        let text = """
            name: padding
            description: Position with and without padding
            data:
              train: {synthetic: leaves, count: 4, seed: 1}
              test:
                natural: {synthetic: leaves, count: 2, seed: 2}
            matrix:
              encoder: [none, vgg16]
              encoder.padding: [zero, none]
              target: [H, HS]
            seeds: \(seeds)
            table: {rows: [encoder], columns: [test], metrics: [SPC, MAE]}
            """
        return try SweepDefinition(parsing: text, path: "padding.yaml", folder: "/", exists: { _ in true })
    }
}
