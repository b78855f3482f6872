import Cluster
import Coordination
import Foundation
import ResultsStore
import TestSupport
import Testing

@Suite("A full disk")
struct FullDiskTests {
    @Test(.enabled(if: SmallDisk.isAvailable, "needs root and tmpfs"))
    func `the coordinator says so, keeps what is there, and goes on when there is room`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "posweep-full-disk-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // It is empty once the disk is unmounted.
        try await SmallDisk.mounted(on: folder, megabytes: 8) {
            var policy = Policy()
            (policy.tick, policy.storeRetry, policy.offerRepeat) = (
                .milliseconds(50), .milliseconds(100), .milliseconds(200)
            )
            let store = try ResultsStore(folder: folder)
            let coordinator = try CoordinatorProcess(
                store: store, bind: LoopbackEndpoint.ofItsOwn().description, policy: policy)
            let sweep = try coordinator.submit(try FakeSweep.definition()).sweep
            let filler = folder.appending(path: "filler")
            fill(filler)
            let worker = try WorkerProcess(
                coordinator: coordinator.endpoint, identity: WorkerID(high: 1, low: 1), threads: 1,
                engine: .thread(FakeSweep.runner), policy: policy
            ) { _ in }

            var seen: [String] = []
            for await notice in coordinator.notices {
                guard case .report(let report) = notice else { continue }
                switch report {
                case .storeRefused(let cause) where seen.isEmpty:
                    seen.append(cause)
                    #expect(try store.progress().allSatisfy { $0.trials.finished < 6 })
                    try FileManager.default.removeItem(at: filler)
                case .sweepEnded(_, let failed):
                    seen.append("ended, \(failed) failed")
                    coordinator.drain()
                default: break
                }
            }
            coordinator.waitUntilEnded()
            _ = worker.waitUntilEnded()
            #expect(seen == [StoreError.full(folder: folder.path).description, "ended, 0 failed"])
            let table = try store.table(of: sweep).formatted(as: .csv, provenance: false)
            try store.close()
            #expect(try await table == Self.undisturbed())
        }
    }

    /// Takes what room there is, byte by byte in the end.
    private func fill(_ file: URL) {
        guard let stream = OutputStream(url: file, append: false) else { return }
        stream.open()
        for size in [1 << 16, 1 << 12, 1] {
            let bytes = [UInt8](repeating: 1, count: size)
            while stream.write(bytes, maxLength: size) == size {}
        }
        stream.close()
    }

    private static func undisturbed() async throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "posweep-roomy-\(UUID())")
        defer { try? FileManager.default.removeItem(at: folder) }  // Left over in the temporary folder it harms nobody.
        let cluster = try FakeCluster(state: folder)
        let worker = try cluster.worker()
        return try await cluster.finish(try cluster.coordinator.submit(try FakeSweep.definition()).sweep, [worker])
    }
}
