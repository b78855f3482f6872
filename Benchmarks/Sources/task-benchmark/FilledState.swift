import Cluster
import Coordination
import Foundation
import ResultsStore

/// Gives every trial that lacks a result a made-up one, to see how long the tables of large sweeps take.
struct FilledState {
    let state: URL

    /// Records of one transaction.
    private static let batch = 20_000

    func fill() throws {
        let store = try ResultsStore(folder: state)
        let worker = WorkerID(high: 1, low: 1)
        var records: [Coordination.Record] = []
        var (trials, random) = (0, SystemRandomNumberGenerator())
        let start = ContinuousClock.now
        for sweep in try store.progress() {
            let testSets = try store.tableDefinition(of: sweep.sweep).testSets
            for task in try store.unfinishedTasks(of: sweep.sweep) {
                records.append(.attemptStarted(task.id, task.nextAttempt, worker: worker))
                records += task.trials.map { trial in
                    .result(
                        trial, task: task.id, task.nextAttempt, worker: worker, Self.result(on: testSets, &random))
                }
                records.append(.attemptEnded(task.id, task.nextAttempt, .done))
                trials += task.trials.count
                guard records.count >= Self.batch else { continue }
                try store.commit(records)
                records = []
            }
        }
        try store.commit(records)
        try store.close()
        try answer(["trials": Double(trials), "seconds": (ContinuousClock.now - start) / .seconds(1)])
    }

    private static func result(on testSets: [String], _ random: inout SystemRandomNumberGenerator) -> TrialResult {
        let metrics = testSets.flatMap { testSet in
            [("SPC", -1.0...1.0), ("MAE", 0.0...0.5)].map { name, range in
                TrialResult.Metric(
                    testSet: testSet, name: name, value: .random(in: range, using: &random), images: 4, undefined: 0)
            }
        }
        return TrialResult(
            metrics: metrics, maps: [], skipped: [],
            provenance: TrialResult.Provenance(
                programVersion: Host.programVersion, host: Host.current.name, processor: Host.current.processor,
                blas: "none", weights: "none", data: "none", seconds: 1))
    }
}
