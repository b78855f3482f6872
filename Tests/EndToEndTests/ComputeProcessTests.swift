import Foundation
import TestSupport
import Testing

/// Whatever becomes of the process that computes, its worker stays, and the table is the same.
@Suite("Compute process", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct ComputeProcessTests {
    @Test(arguments: [SIGKILL, SIGSEGV, SIGSTOP])
    func `a signal to the computation costs an attempt and nothing else`(signal: Int32) async throws {
        try await withTemporaryFolder { folder in
            let sweep = try TinySweep(in: folder, text: TinySweep.text(passes: 8))
            // Only what has been stopped is to be taken for stalled, however busy the host is.
            let stall = signal == SIGSTOP ? "30" : "300"
            let run = try PosweepProcess(
                ["run", sweep.file.path, "--state", "disturbed.state", "--workers", "1", "--stall", stall], in: folder)
            #expect(await run.says("fit"))
            let worker = try #require(run.children.first)
            kill(try #require(PosweepProcess.children(of: worker).first), signal)
            let outcome = await run.outcome()
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.errors.contains(signal == SIGSTOP ? "got no further for 30" : "a task failed"))
            #expect(!outcome.errors.contains("a worker died"))
            #expect(try await sweep.results(state: "disturbed.state") == UndisturbedRuns.shared.results(of: sweep))
        }
    }

    @Test func `a computation that takes too much memory fails with its cause, and the others go on`() async throws {
        try await withTemporaryFolder { folder in
            let text = TinySweep.text.replacing("[none, vgg16]", with: "[none, resnet152]")
                .replacing("encoder.seed: [1, 2]", with: "encoder.seed: [1]").replacing("size: 48", with: "size: 64")
            let outcome = try await TinySweep(in: folder, text: text).run(
                state: "tiny.state", "--workers", "1", "--memory", "150MB")
            #expect(outcome.status == 1)
            #expect(
                outcome.output.contains("4 of 8 trials failed: the computation took more than 143 MiB of memory"),
                "\(outcome.output)\(outcome.errors)")
            #expect(outcome.errors.contains("4 of 8 trials"), "\(outcome.errors)")
        }
    }

    @Test func `the computation ends with its worker`() async throws {
        try await withTemporaryFolder { folder in
            let sweep = try TinySweep(in: folder, text: TinySweep.text(passes: 8))
            let run = try PosweepProcess(["run", sweep.file.path, "--workers", "1"], in: folder)
            #expect(await run.says("fit"))
            let worker = try #require(run.children.first)
            let computation = try #require(PosweepProcess.children(of: worker).first)
            kill(worker, SIGKILL)
            #expect(await run.outcome().status == 0)
            // What has ended may stand there for a while, until whoever inherits it looks.
            while state(of: computation).map({ "ZX".contains($0) }) == false {
                try Task.checkCancellation()
                await Task.yield()
            }
        }
    }

    /// The letter that the kernel has for a process's state; nil where there is none.
    private func state(of process: pid_t) -> Character? {
        let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return text?.split(separator: ")").last?.drop { $0 == " " }.first
    }
}
