import Cluster
import Coordination
import Foundation
import Glibc
import ResultsStore

/// A coordinator with its store, and a worker of empty tasks, in one process that may be killed anywhere; for crash_points.py.
///
///     crash-driver FOLDER TRIALS
///
/// With CRASH_DRIVER_ONLY_SUBMITS in the environment it ends before the work. Says on standard output, at once, which results
/// were acknowledged. Ends with status 0 when all are there, with 3 when the coordinator has ended itself, and says why on
/// standard error.
@main
struct CrashDriver {
    static func main() async {
        do {
            let words = CommandLine.arguments
            guard words.count == 3, let trials = UInt64(words[2]) else { exit(64) }
            try await run(in: URL(filePath: words[1]), trials: trials)
        } catch {
            stop("\(error)")
        }
    }

    private static func run(in folder: URL, trials: UInt64) async throws {
        let store = try ResultsStore(folder: folder)
        if ProcessInfo.processInfo.environment["CRASH_DRIVER_ONLY_SUBMITS"] != nil {
            _ = try store.submit(sweep(trials: trials), at: Date())
            return try store.close()
        }
        var policy = Policy()
        // A disk that refuses once is tried again soon.
        (policy.tick, policy.storeRetry, policy.offerRepeat) = (.milliseconds(10), .milliseconds(10), .milliseconds(50))
        let coordinator = try CoordinatorProcess(store: store, bind: "tcp://127.0.0.1:0", policy: policy)
        try coordinator.submit(sweep(trials: trials))
        let worker = try WorkerProcess(
            coordinator: coordinator.endpoint, identity: WorkerID(high: 7, low: UInt64(getpid())), threads: 1,
            engine: .thread(runner), policy: policy
        ) { notice in
            guard case .acknowledged(_, let trial) = notice else { return }
            let line = Array("acknowledged \(trial)\n".utf8)
            unsafe _ = write(1, line, line.count)
        }
        for await notice in coordinator.notices {
            switch notice {
            case .report(.sweepEnded): coordinator.drain()
            case .ended(let cause?): stop(cause)
            default: break
            }
        }
        worker.drain()
        _ = worker.waitUntilEnded()
        try store.close()
    }

    private static func stop(_ cause: String) -> Never {
        let line = Array("crash-driver: \(cause)\n".utf8)
        unsafe _ = write(2, line, line.count)
        exit(3)
    }

    /// Two trials in each task, so that tasks also end half done.
    private static func sweep(trials: UInt64) -> SubmittedSweep {
        let id = SweepID(sweepNamed: "crash")
        let all = (1...trials).map { TrialID(high: $0, low: 1) }
        return SubmittedSweep(
            id: id, name: "crash",
            table: TableDefinition(
                description: nil, fileDigest: "", settings: ["seed"], trials: (1...trials).map { ["\($0)"] },
                testSets: ["natural"], rows: ["seed"], columns: [], metrics: ["SPC"], reference: nil),
            trials: all,
            tasks: stride(from: 0, to: all.count, by: 2).map { start in
                SweepTask(
                    id: TaskID(high: UInt64(start), low: 2), sweep: id, body: Array("{}".utf8),
                    trials: Array(all[start..<min(start + 2, all.count)]))
            })
    }

    /// Each result follows from its trial, so that a wrong one would be seen.
    private static let runner: TaskRun.Runner = { _, trials, _, report in
        for trial in trials {
            let metric = TrialResult.Metric(
                testSet: "natural", name: "SPC", value: Double(trial.high), images: 1, undefined: 0)
            try report(
                .finished(
                    trial,
                    TrialResult(
                        metrics: [metric], maps: [], skipped: [],
                        provenance: TrialResult.Provenance(
                            programVersion: "test", host: "test", processor: "test", blas: "none", weights: "none",
                            data: "none", seconds: 0))))
        }
    }
}
