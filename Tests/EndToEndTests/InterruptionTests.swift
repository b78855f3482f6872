import Foundation
import TestSupport
import Testing

/// Whatever dies on the way, the table is complete and the same, byte for byte.
@Suite("Interruptions", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct InterruptionTests {
    @Test func `one worker and two workers give the same results`() async throws {
        try await withTemporaryFolder { folder in
            let sweep = try TinySweep(in: folder)
            let one = try await sweep.run(state: "one.state", "--workers", "1")
            let two = try await sweep.run(state: "two.state", "--workers", "2", "--threads", "2")
            #expect(one.status == 0)
            #expect(two.status == 0)
            #expect(one.output == two.output)
            let results = try await sweep.results(state: "one.state")
            #expect(results.split(separator: "\n").count > 12)
            #expect(try await sweep.results(state: "two.state") == results)
        }
    }

    @Test func `a worker that is killed half-way changes nothing`() async throws {
        try await withTemporaryFolder { folder in
            let sweep = try TinySweep(in: folder, text: TinySweep.text(passes: 8))
            let run = try PosweepProcess(
                ["run", sweep.file.path, "--state", "disturbed.state", "--workers", "1"], in: folder)
            #expect(await run.says("fit"))
            let worker = try #require(run.children.first)
            kill(worker, SIGKILL)
            let outcome = await run.outcome()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(try await sweep.results(state: "disturbed.state") == UndisturbedRuns.shared.results(of: sweep))
        }
    }

    @Test func `a coordinator that is killed half-way goes on where it was`() async throws {
        try await withTemporaryFolder { folder in
            let sweep = try TinySweep(in: folder, text: TinySweep.text(passes: 8))
            let run = try PosweepProcess(
                ["run", sweep.file.path, "--state", "disturbed.state", "--workers", "1"], in: folder)
            #expect(await run.says("1 of 8 tasks"))
            run.send(SIGKILL)
            #expect(await run.outcome().status != 0)
            let resumed = try await sweep.run(state: "disturbed.state", "--workers", "1")
            #expect(resumed.status == 0, "\(resumed.errors)")
            #expect(resumed.errors.contains("have a result already"))
            #expect(try await sweep.results(state: "disturbed.state") == UndisturbedRuns.shared.results(of: sweep))
        }
    }

    @Test func `Ctrl-C stops, and the same command goes on`() async throws {
        try await withTemporaryFolder { folder in
            let sweep = try TinySweep(in: folder, text: TinySweep.text(passes: 8))
            let run = try PosweepProcess(
                ["run", sweep.file.path, "--state", "tiny.state", "--workers", "1"], in: folder)
            #expect(await run.says("fit"))
            let workers = run.children
            run.send(SIGINT)
            let stopped = await run.outcome()
            #expect(stopped.status == 1)
            #expect(stopped.errors.contains("posweep run \(sweep.file.path)"))
            for worker in workers { #expect(kill(worker, 0) != 0, "worker \(worker) has outlived the run") }
            let resumed = try await sweep.run(state: "tiny.state", "--workers", "1")
            #expect(resumed.status == 0, "\(resumed.errors)")
        }
    }
}
