import Coordination
import Experiments
import Foundation
import ResultsStore
import Sweep
import TestSupport
import Testing

@testable import Cluster

@Suite("Files of results, from worker to coordinator to worker", .serialized, .timeLimit(.minutes(2)))
struct DeliveryTests {
    /// What a trial makes: so large that it travels in many pieces.
    private static func content(of trial: TrialID) -> Data {
        let length = 20 * Policy.chunkBytes + Int(trial.low % 1_000)
        return Data((0..<length).map { UInt8(truncatingIfNeeded: $0 &* 7 ^ $0 >> 9 ^ Int(trial.high % 251)) })
    }

    /// Gives every trial a result with a file.
    private static func runner(_ files: WorkerFiles) -> TaskRun.Runner {
        { _, trials, _, report in
            for trial in trials {
                let figures = FakeSweep.result(of: trial)
                let result = TrialResult(
                    metrics: figures.metrics, maps: [], skipped: [], provenance: figures.provenance,
                    artifact: try files.keep(content(of: trial)))
                try report(.finished(trial, result))
            }
        }
    }

    @Test func `a file is in the coordinator's contents with its result, and every worker can have it`() async throws {
        try await withTemporaryFolder { folder in
            let (state, home) = (folder.appending(path: "state"), folder.appending(path: "worker"))
            let cluster = try FakeCluster(state: state)
            let place = try SpoolFolder(home)
            let files = WorkerFiles(in: home)
            let blobs = Endpoint(cluster.coordinator.endpoint).blobs
            let submission = try cluster.coordinator.submit(FakeSweep.definition())
            let worker = try cluster.worker(
                identity: place.worker, runner: Self.runner(files), spool: try Spool(in: place),
                delivery: Delivery(files, to: blobs, credentials: nil))
            let ended = await cluster.waits { if case .sweepEnded = $0 { true } else { false } }
            #expect(ended)
            for trial in submission.added {
                let artifact = try #require(try cluster.store.artifact(of: trial))
                let content = Self.content(of: trial)
                let kept = ContentShelf.place(of: artifact, stateFolder: state)
                #expect(try Data(contentsOf: kept) == content)
                let cache = BlobCache(folder: folder.appending(path: "cache"), limit: 1 << 30)
                let fetcher = ContentFetcher(cache: cache, endpoint: blobs, credentials: nil, sharesFolders: false)
                #expect(try fetcher.file(artifact, "the encoder") { _ in } == content)
            }
            #expect(submission.added.count == 6)
            try cluster.stop([worker])
            // Neither has what nobody needs any more.
            #expect(try FileManager.default.contentsOfDirectory(atPath: state.path + "/arriving").isEmpty)
            #expect(try FileManager.default.contentsOfDirectory(atPath: home.path + "/made").isEmpty)

            // A coordinator that is started anew keeps them, and hands them out.
            let again = try FakeCluster(state: state, resumes: true)
            let artifact = try #require(try again.store.artifact(of: submission.added[0]))
            let cache = BlobCache(folder: folder.appending(path: "other"), limit: 1 << 30)
            let fetcher = ContentFetcher(
                cache: cache, endpoint: Endpoint(again.coordinator.endpoint).blobs, credentials: nil,
                sharesFolders: false)
            #expect(try fetcher.file(artifact, "the encoder") { _ in } == Self.content(of: submission.added[0]))
            try again.stop()
        }
    }

    @Test func `a file whose sweep does not have its trial any more is not kept`() async throws {
        try await withTemporaryFolder { folder in
            let (state, home) = (folder.appending(path: "state"), folder.appending(path: "worker"))
            let cluster = try FakeCluster(state: state)
            let place = try SpoolFolder(home)
            let files = WorkerFiles(in: home)
            let submission = try cluster.coordinator.submit(FakeSweep.definition())
            let worker = try cluster.worker(
                identity: place.worker, runner: Self.runner(files), spool: try Spool(in: place),
                delivery: Delivery(files, to: Endpoint(cluster.coordinator.endpoint).blobs, credentials: nil))
            _ = try await cluster.finish(submission.sweep, [worker])
            let contents = state.path + "/contents"
            #expect(try FileManager.default.contentsOfDirectory(atPath: contents).count == 6)
            let again = try FakeCluster(state: state, resumes: true)
            #expect(try FileManager.default.contentsOfDirectory(atPath: contents).count == 6)
            let edited = FakeSweep.text.replacing("[1, 2, 3]", with: "[1, 2]")
            let definition = try SweepDefinition(parsing: edited, path: "fake.yaml", folder: "/", exists: { _ in true })
            #expect(try again.coordinator.submit(definition).withdrawn.count == 2)
            try again.stop()
            let last = try FakeCluster(state: state, resumes: true)
            #expect(try FileManager.default.contentsOfDirectory(atPath: contents).count == 4)
            try last.stop()
        }
    }
}
