import Cluster
import Coordination
import Foundation
import Synchronization

/// A worker whose tasks are finished at once; it writes down how long each result took to be acknowledged.
///
/// Its results go through a spool on disk, as every worker's do.
struct EmptyWorker {
    let coordinator: String
    let spool: URL

    func work() throws {
        let (latencies, folder) = (Latencies(), try SpoolFolder(spool))
        let worker = try WorkerProcess(
            coordinator: coordinator, identity: folder.worker, threads: 1, engine: .thread(Self.runner),
            spool: try Spool(in: folder)
        ) { notice in
            switch notice {
            case .finished(_, let trial): latencies.begin(trial)
            case .acknowledged(_, let trial): latencies.end(trial)
            default: break
            }
        }
        _ = worker.waitUntilEnded()
        try FileHandle.standardOutput.write(contentsOf: JSONEncoder().encode(latencies.seconds))
    }

    private static let runner: TaskRun.Runner = { _, trials, report in
        for trial in trials { try report(.finished(trial, result)) }
    }

    private static let result = TrialResult(
        metrics: [], maps: [], skipped: [],
        provenance: TrialResult.Provenance(
            programVersion: Host.programVersion, host: Host.current.name, processor: Host.current.processor,
            blas: "none", weights: "none", data: "none", seconds: 0))
}

/// How long it takes from a result until its acknowledgement.
private final class Latencies: Sendable {
    private struct State {
        var begun: [TrialID: ContinuousClock.Instant] = [:]
        var seconds: [Double] = []
    }

    private let state = Mutex(State())

    func begin(_ trial: TrialID) {
        state.withLock { $0.begun[trial] = .now }
    }

    func end(_ trial: TrialID) {
        let now = ContinuousClock.now
        state.withLock { state in
            guard let begun = state.begun.removeValue(forKey: trial) else { return }
            state.seconds.append((now - begun) / .seconds(1))
        }
    }

    var seconds: [Double] { state.withLock(\.seconds) }
}
