import Cluster
import Coordination
import Foundation
import ResultsStore
import Sweep
import TestSupport

/// A small sweep whose tasks nobody has to compute.
enum FakeSweep {
    static let text = """
        name: fake
        data:
          train: {synthetic: leaves, count: 2, seed: 1}
          test: {natural: {synthetic: leaves, count: 2, seed: 2}}
        matrix:
          encoder.seed: [1, 2, 3]
          target: [H, V]
        """

    static func definition() throws -> SweepDefinition {
        try SweepDefinition(parsing: text, path: "fake.yaml", folder: "/", exists: { _ in true })
    }

    /// Gives every trial a result that follows from its identifier.
    static let runner: TaskRun.Runner = { _, trials, _, report in
        for trial in trials {
            try report(.progress(fraction: 0.5, note: "fit"))
            try report(.finished(trial, result(of: trial)))
        }
    }

    static func result(of trial: TrialID) -> TrialResult {
        // Large enough to travel in chunks.
        let values = (0..<150 * 150).map { Float($0) + Float(trial.low % 97) }
        return TrialResult(
            metrics: [
                TrialResult.Metric(
                    testSet: "natural", name: "SPC", value: Double(trial.low % 1_000) / 1_000, images: 2, undefined: 0),
                TrialResult.Metric(testSet: "natural", name: "MAE", value: nil, images: 0, undefined: 0),
            ],
            maps: [
                TrialResult.Map(
                    testSet: "natural", image: 0, imageName: "leaf", height: 150, width: 150, values: values)
            ],
            skipped: [],
            provenance: TrialResult.Provenance(
                programVersion: "test", host: "test", processor: "test", blas: "none", weights: "none", data: "none",
                seconds: 0))
    }
}

/// A coordinator in this process, at an address that is nobody else's.
struct FakeCluster {
    let store: ResultsStore
    let coordinator: CoordinatorProcess

    /// Nobody has to wait long for what will not come.
    private let policy: Policy = {
        var policy = Policy()
        policy.drain = .milliseconds(500)
        return policy
    }()

    init(state: URL, keys: KeyRing? = nil, resumes: Bool = false, largestSize: Int? = nil) throws {
        store = try ResultsStore(folder: state, largestSize: largestSize)
        coordinator = try CoordinatorProcess(
            store: store, bind: LoopbackEndpoint.ofItsOwn().description, keys: keys, resumes: resumes)
    }

    func worker(
        _ credentials: Credentials? = nil,
        identity: WorkerID = WorkerID(high: .random(in: .min ... .max), low: .random(in: .min ... .max)),
        runner: @escaping TaskRun.Runner = FakeSweep.runner, spool: Spool? = nil, delivery: Delivery? = nil,
        notify: @escaping @Sendable (WorkerProcess.Notice) -> Void = { _ in }
    ) throws -> WorkerProcess {
        try WorkerProcess(
            coordinator: coordinator.endpoint, credentials: credentials, identity: identity, threads: 1,
            engine: .thread(runner), spool: spool, delivery: delivery, policy: policy, notify: notify)
    }

    /// Ends at once, with the workers.
    func stop(_ workers: [WorkerProcess] = []) throws {
        coordinator.stop()
        coordinator.waitUntilEnded()
        for worker in workers {
            worker.drain()
            _ = worker.waitUntilEnded()
        }
        try store.close()
    }

    /// Follows the coordinator until it says something; false if it ends before.
    func hears(_ isIt: (CoordinatorProcess.Notice) -> Bool) async -> Bool {
        for await notice in coordinator.notices where isIt(notice) { return true }
        return false
    }

    /// Follows the coordinator until something is reported; false if it ends before.
    func waits(for isIt: (Report) -> Bool) async -> Bool {
        await hears { notice in
            if case .report(let report) = notice { isIt(report) } else { false }
        }
    }

    /// Waits until the sweep has ended, lets the workers go and closes the store.
    ///
    /// - Returns: The results as CSV without their provenance.
    func finish(_ sweep: SweepID, _ workers: [WorkerProcess], closing: Bool = true) async throws -> String {
        let ended = await waits { report in
            if case .sweepEnded = report { true } else { false }
        }
        guard ended else { return "the coordinator ended early" }
        coordinator.drain()
        coordinator.waitUntilEnded()
        // One that had not joined yet was not told.
        for worker in workers {
            worker.drain()
            _ = worker.waitUntilEnded()
        }
        let csv = try store.table(of: sweep).formatted(as: .csv, provenance: false)
        if closing { try store.close() }
        return csv
    }
}
