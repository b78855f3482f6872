package import Coordination
package import Foundation
package import ResultsStore

/// A state folder in which everything that strangers name is called by names of a list.
///
/// A sweep for each name, in which sweep, texts, settings, test set, image, hosts and causes are all called so, and a last one that has a
/// trial for each name. The same list twice gives the same folder, and other names change nothing but names.
package struct NamedStore {
    package let names: [String]
    private let worker = WorkerID(high: 0xABCD_EF01_0000_0000, low: 1)
    private static let noon = Date(timeIntervalSince1970: 1_700_000_000)

    package init(_ names: [String]) {
        self.names = names
    }

    package var sweeps: [SweepID] { (0...names.count).map { SweepID(high: 0x5, low: UInt64($0 + 1)) } }

    /// A name as sweeps and test sets may have it: SQLite compares texts up to their first zero.
    package static func sweepName(_ name: String) -> String {
        name.replacing("\0", with: "0")
    }

    private func trial(_ sweep: Int, _ number: Int) -> TrialID {
        TrialID(high: UInt64(number + 1) << 32 | UInt64(sweep + 1), low: 1)
    }

    private func task(_ sweep: Int, _ number: Int) -> TaskID {
        TaskID(high: UInt64(number + 1) << 32 | UInt64(sweep + 1), low: 2)
    }

    package func make(in folder: URL) throws -> ResultsStore {
        let store = try ResultsStore(folder: folder)
        for (number, name) in names.enumerated() {
            try add(number, called: [name], texts: Self.sweepName(name), to: store)
            try store.commit([
                .joined(WorkerID(high: 0xB0B, low: UInt64(number)), host: name, programVersion: name, threads: 1)
            ])
        }
        try add(names.count, called: names, texts: names[0], to: store)
        return store
    }

    /// Adds a sweep with two trials for each of its names: one has a result, the other has failed.
    private func add(_ sweep: Int, called names: [String], texts: String, to store: ResultsStore) throws {
        let trials = (0..<2 * names.count).map { trial(sweep, $0) }
        // Names come twice in the table, as keys can be names too; none may be that of another column.
        let settings = ["experiment", "encoder", "target", "seed", texts == "seed" ? "word" : texts + "?"]
        _ = try store.submit(
            SubmittedSweep(
                id: sweeps[sweep], name: names.count == 1 ? texts : texts + "!",
                table: TableDefinition(
                    description: texts, fileDigest: texts, settings: settings,
                    trials: names.flatMap { name in ["1", "2"].map { ["position", name, "H", $0, name] } },
                    testSets: [texts], rows: ["encoder", settings[4]], columns: ["test"],
                    metrics: ["SPC", texts + "!"],
                    reference: TableDefinition.Reference(file: texts, cite: texts, tolerance: ["SPC": 0.1])),
                trials: trials,
                tasks: trials.indices.map { number in
                    SweepTask(
                        id: task(sweep, number), sweep: sweeps[sweep], body: Array("{}".utf8), trials: [trials[number]])
                }), at: Self.noon)
        for (number, name) in names.enumerated() {
            let (done, failed) = (task(sweep, 2 * number), task(sweep, 2 * number + 1))
            try store.commit(
                [
                    .attemptStarted(done, .first, worker: worker),
                    .result(trials[2 * number], task: done, .first, worker: worker, result(called: name, on: texts)),
                    .attemptEnded(done, .first, .done), .attemptStarted(failed, .first, worker: worker),
                    .attemptEnded(failed, .first, .failed(.trial, cause: name)), .taskFailed(failed, cause: name),
                ], at: Self.noon)
        }
    }

    private func result(called name: String, on testSet: String) -> TrialResult {
        TrialResult(
            metrics: [
                TrialResult.Metric(testSet: testSet, name: "SPC", value: 0.5, images: 1, undefined: 0),
                TrialResult.Metric(testSet: testSet, name: testSet + "!", value: 0.25, images: 1, undefined: 0),
            ],
            maps: [
                TrialResult.Map(
                    testSet: name, image: 0, imageName: name, height: 2, width: 2, values: [0, 0.25, 0.5, 1])
            ],
            skipped: [TrialResult.SkippedImage(set: testSet, image: name, cause: name)],
            provenance: TrialResult.Provenance(
                programVersion: name, host: name, processor: name, blas: name, weights: name, data: name, seconds: 1),
            curve: LearningCurve(metrics: ["loss"], points: [LearningCurve.Point(epoch: 1, values: [0.5])]))
    }
}
