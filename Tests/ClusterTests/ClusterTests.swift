import Cluster
import Coordination
import Foundation
import ResultsStore
import TestSupport
import Testing

/// Real sockets, a real store and real threads; only the computation is made up.
@Suite("Cluster", .serialized, .timeLimit(.minutes(2)))
struct ClusterTests {
    @Test(arguments: [1, 3])
    func `every result is in the store, however many workers there are`(workers: Int) async throws {
        try await withTemporaryFolder { folder in
            let cluster = try FakeCluster(state: folder.appending(path: "state"))
            let submission = try cluster.coordinator.submit(FakeSweep.definition())
            let team = try (0..<workers).map { _ in try cluster.worker() }
            let csv = try await cluster.finish(submission.sweep, team)
            #expect(csv.split(separator: "\n").count == 7)
            for trial in submission.added {
                #expect(csv.contains("\(Double(trial.low % 1_000) / 1_000)"), "\(trial)")
            }
        }
    }

    @Test func `a map comes back bit for bit, although it travels in pieces`() async throws {
        try await withTemporaryFolder { folder in
            let state = folder.appending(path: "state")
            let cluster = try FakeCluster(state: state)
            let submission = try cluster.coordinator.submit(FakeSweep.definition())
            _ = try await cluster.finish(submission.sweep, [try cluster.worker()])
            var maps: [TrialID: TrialResult.Map] = [:]
            try ResultsStore(reading: state).forEachMap(of: submission.sweep) { maps[$0.trial] = $0.map }
            #expect(maps.count == 6)
            for trial in submission.added { #expect(maps[trial] == FakeSweep.result(of: trial).maps.first) }
        }
    }

    @Test func `a result comes through a network that breaks off long before its end, again and again`() async throws {
        try await withTemporaryFolder { folder in
            let cluster = try FakeCluster(state: folder.appending(path: "state"))
            let submission = try cluster.coordinator.submit(FakeSweep.definition())
            let large = try #require(submission.added.first)
            let values = (0..<500 * 500).map { Float($0) }
            let map = TrialResult.Map(
                testSet: "natural", image: 0, imageName: "leaf", height: 500, width: 500, values: values)
            let proxy = try FaultProxy(to: try LoopbackEndpoint(cluster.coordinator.endpoint), seed: 3)
            defer { proxy.stop() }
            // A fifth of the result at most.
            proxy.turn(Weather(Faults(bytesUntilCut: 150_000...200_000)))
            let worker = try WorkerProcess(
                coordinator: proxy.endpoint, identity: WorkerID(high: 1, low: 2), threads: 1,
                runner: { _, trials, _, report in
                    for trial in trials {
                        let small = FakeSweep.result(of: trial)
                        let maps = trial == large ? [map] : []
                        let result = TrialResult(
                            metrics: small.metrics, maps: maps, skipped: [], provenance: small.provenance)
                        try report(.finished(trial, result))
                    }
                }, notify: { _ in })
            let ended = await cluster.waits { if case .sweepEnded = $0 { true } else { false } }
            #expect(ended)
            #expect(proxy.tally.cuts >= 4)
            try cluster.stop([worker])
            var maps: [TrialID: TrialResult.Map] = [:]
            try ResultsStore(reading: folder.appending(path: "state")).forEachMap(of: submission.sweep) {
                maps[$0.trial] = $0.map
            }
            #expect(maps == [large: map])
        }
    }

    @Test func `a coordinator that is started again on the same state goes on`() async throws {
        try await withTemporaryFolder { folder in
            let state = folder.appending(path: "state")
            let first = try FakeCluster(state: state)
            let submission = try first.coordinator.submit(FakeSweep.definition())
            let worker = try first.worker()
            let finished = await first.waits { report in
                if case .trialFinished = report { true } else { false }
            }
            #expect(finished)
            first.coordinator.stop()
            first.coordinator.waitUntilEnded()
            worker.drain()
            _ = worker.waitUntilEnded()
            try first.store.close()

            let second = try FakeCluster(state: state)
            let again = try second.coordinator.submit(FakeSweep.definition())
            #expect(again.finished >= 1)
            #expect(again.added.isEmpty)
            let csv = try await second.finish(submission.sweep, [try second.worker()])
            #expect(csv.split(separator: "\n").count == 7)
        }
    }

    @Test func `a task that cannot be run is given up with its cause, and the others go on`() async throws {
        struct Unfit: Error, CustomStringConvertible {
            let description = "weights.safetensors is the file of another network"
        }
        try await withTemporaryFolder { folder in
            let cluster = try FakeCluster(state: folder.appending(path: "state"))
            let submission = try cluster.coordinator.submit(FakeSweep.definition())
            let unfit = try #require(submission.added.first)
            let worker = try cluster.worker { body, trials, inputs, report in
                if trials.contains(unfit) { throw Unfit() }
                try FakeSweep.runner(body, trials, inputs, report)
            }
            let state = folder.appending(path: "state")
            _ = try await cluster.finish(submission.sweep, [worker])
            let progress = try ResultsStore(reading: state).progress(of: submission.sweep)
            #expect(progress.trials.finished == 4)
            #expect(progress.trials.failed == 2)
            #expect(progress.failures == [Unfit().description])
        }
    }

    @Test func `a full disk is said, and nothing is assigned before it takes records again`() async throws {
        try await withTemporaryFolder { folder in
            let state = folder.appending(path: "state")
            let roomy = try ResultsStore(folder: state)
            let sweep = try roomy.submit(FakeSweep.definition(), at: Date(timeIntervalSince1970: 0)).sweep
            try roomy.close()
            let used = try state.appending(path: "results.sqlite").resourceValues(forKeys: [.fileSizeKey]).fileSize
            // As large as it is now: not one more page.
            let cluster = try FakeCluster(state: state, resumes: true, largestSize: used)
            let worker = try cluster.worker()
            let isSaid = await cluster.waits { report in
                if case .storeRefused(let cause) = report { cause.contains("full") } else { false }
            }
            #expect(isSaid)
            cluster.coordinator.stop()
            cluster.coordinator.waitUntilEnded()
            worker.drain()
            _ = worker.waitUntilEnded()
            #expect(try cluster.store.progress(of: sweep).trials.finished < 6)
            try cluster.store.close()
        }
    }

    @Test func `a command line of another process is answered`() throws {
        try withTemporaryFolder { folder in
            let cluster = try FakeCluster(state: folder.appending(path: "state"))
            cluster.coordinator.serve { request in
                .failed(message: "asked: \(request)", isUsage: false)
            }
            // Long enough for several messages.
            let name = String(repeating: "sweep", count: 40_000)
            let answer = try CoordinatorConnection.ask(.cancel(sweep: name), at: cluster.coordinator.endpoint)
            guard case .failed(let message, _) = answer else {
                Issue.record("\(answer)")
                return
            }
            #expect(message.contains(name))
            cluster.coordinator.stop()
            cluster.coordinator.waitUntilEnded()
            try cluster.store.close()
        }
    }
}
