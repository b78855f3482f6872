import Coordination
import Foundation
import ResultsStore
import Testing

@testable import Cluster

@Suite("What whoever watches a coordinator is told")
struct WatchingTests {
    private let one = WorkerID(high: 1, low: 1)
    private let other = WorkerID(high: 2, low: 2)
    private let attempt = AttemptName(TaskID(high: 7, low: 7), .first)

    private func progress(_ worker: WorkerID, _ fraction: Double, _ note: String) -> Report {
        .progress(attempt, worker, fraction: fraction, note: note)
    }

    @Test func `each worker is known by what it has said last, until it leaves`() {
        var activities = WorkerActivities()
        activities.take(progress(one, 0.25, "features"))
        activities.take(progress(other, 0, "fetching images"))
        activities.take(progress(one, 0.427, "fit, epoch 3"))
        #expect(activities.activity(of: one) == "fit, epoch 3, 42 %")
        #expect(activities.activity(of: other) == "fetching images")
        activities.take(.workerLost(one, host: "lab1"))
        activities.take(.workerLeft(other, host: "lab2"))
        #expect(activities.activity(of: one) == nil)
        #expect(activities.activity(of: other) == nil)
    }

    @Test(arguments: [Double.nan, -.infinity, .infinity, 7])
    func `what a worker says is bounded, and need not make sense`(fraction: Double) {
        var activities = WorkerActivities()
        activities.take(progress(one, fraction, String(repeating: "x", count: 10_000)))
        #expect(activities.activity(of: one) == String(repeating: "x", count: 80))
    }

    @Test func `the trials that were finished last are known, the newest first`() {
        let recent = RecentTrials()
        #expect(recent.newest.isEmpty)
        let trials = (1...25).map { TrialID(high: 9, low: $0) }
        for batch in [trials[..<3], trials[3..<4], trials[4...]] {
            recent.take(batch.map { .report(.trialFinished($0, attempt, one)) } + [.report(.drained)])
        }
        #expect(recent.newest == trials.suffix(NewestTrials.limit).reversed())
    }

    @Test func `a status of a coordinator that tells less is read too`() throws {
        let status = #"{"sweeps": [], "trainings": [], "workers": []}"#
        let summary = try JSONDecoder().decode(StatusSummary.self, from: Data(status.utf8))
        #expect(summary.newest == nil)
    }
}
