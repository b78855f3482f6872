import Foundation
import TestSupport
import Testing

/// A worker gives its place back where there is nothing to do.
@Suite("Leaving", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct LeavingTests {
    @Test func `a worker that is told how long to stay without work leaves by itself, with or without a coordinator`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let nobody = try SilentPort()
            let alone = try worker(of: nobody.endpoint.description, spool: "alone", in: folder)
            let coordinator = try PosweepProcess(
                ["coordinator", "--bind", "ipc://\(folder.path)/socket", "--state", "state"], in: folder)
            let endpoint = try #require(await coordinator.endpoint)
            let unneeded = try worker(of: endpoint, spool: "unneeded", in: folder)
            for worker in [alone, unneeded] {
                let outcome = await worker.outcome()
                #expect(outcome.status == 0)
                #expect(outcome.errors.contains("leaving: no work for 1 s"), "\(outcome.errors)")
            }
            coordinator.send(SIGTERM)
            #expect(await coordinator.outcome().status == 0)
        }
    }

    private func worker(of endpoint: String, spool: String, in folder: URL) throws -> PosweepProcess {
        try PosweepProcess(
            ["worker", "--coordinator", endpoint, "--threads", "1", "--leave-after", "1s", "--spool", spool],
            in: folder, environment: ["POSWEEP_KEYS": folder.path])
    }
}
