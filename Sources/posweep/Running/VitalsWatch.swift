import Cluster
import Coordination
import Dashboard
import Foundation
import ResultsStore

/// Asks a coordinator how it is, twice a second at most however many want to know.
actor VitalsWatch {
    private let coordinator: CoordinatorProcess
    private let names: ResultsStore
    private var latest: (begun: ContinuousClock.Instant, task: Task<MetricsSnapshot?, Never>)?

    private static let freshness = Duration.milliseconds(500)

    init(_ coordinator: CoordinatorProcess, names: ResultsStore) {
        (self.coordinator, self.names) = (coordinator, names)
    }

    /// Nil where the coordinator does not answer in time.
    func snapshot() async -> MetricsSnapshot? {
        if let latest, .now - latest.begun < Self.freshness { return await latest.task.value }
        let (coordinator, names) = (coordinator, names)
        let task = Task { await Self.ask(coordinator, names) }
        latest = (.now, task)
        return await task.value
    }

    /// Waits on a thread that nobody else needs.
    private static func ask(_ coordinator: CoordinatorProcess, _ names: ResultsStore) async -> MetricsSnapshot? {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                let vitals = coordinator.vitals(within: Health.answerLimit)
                continuation.resume(
                    returning: vitals.map { MetricsSnapshot($0, names: (try? names.sweepNames()) ?? [:]) })
            }
        }
    }
}

extension MetricsSnapshot {
    /// - Parameters:
    ///   - vitals: What the coordinator says.
    ///   - names: What sweeps are called; one that is not among them is called by its identifier.
    init(_ vitals: Vitals, names: [SweepID: String]) {
        // States that nobody is in are there too, so that a series does not come and go.
        let states = ["connected", "silent", "away", "finishing", "leaving", "set aside", "standing still"]
        var workers = Dictionary(uniqueKeysWithValues: states.map { ($0, 0) })
        for worker in vitals.workers where !worker.hasGone { workers[worker.state, default: 0] += 1 }
        self.init(
            version: Host.programVersion, uptimeSeconds: vitals.uptime / .seconds(1),
            sweeps: vitals.census.sweeps.map { sweep in
                Sweep(
                    name: names[sweep.id] ?? sweep.id.short, isPaused: sweep.isPaused, waiting: sweep.waiting,
                    blocked: sweep.blocked, running: sweep.running, finishedTrials: sweep.finishedTrials,
                    failedTrials: sweep.failedTrials)
            },
            workers: workers, tally: vitals.census.tally,
            store: Store(
                transactions: vitals.commits.transactions, records: vitals.commits.records,
                seconds: vitals.commits.total / .seconds(1), waiting: (vitals.commits.waiting ?? .zero) / .seconds(1),
                refuses: vitals.census.storeRests),
            bytes: Bytes(
                received: vitals.traffic.received, sent: vitals.traffic.sent, contents: vitals.traffic.contents),
            isDraining: vitals.census.isDraining)
    }
}
