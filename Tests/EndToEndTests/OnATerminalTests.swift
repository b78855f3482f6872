import Cluster
import Foundation
import TestSupport
import Testing

@Suite("On a terminal", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct OnATerminalTests {
    private static func hasColours(_ text: String) -> Bool { text.contains(/\u{1B}\[[0-9;]*m/) }

    private func sweep(in folder: URL) throws -> TinySweep {
        try TinySweep(in: folder, text: TinySweep.text.replacingOccurrences(of: "[none, vgg16]", with: "[none]"))
    }

    @Test func `a run draws a panel that fits, and leaves how far it came above the table`() async throws {
        try await withTemporaryFolder { folder in
            _ = try sweep(in: folder)
            let run = try PseudoTerminal(["run", "tiny.yaml", "--workers", "1"], in: folder, columns: 60)
            let (end, text) = await run.outcome()
            #expect(end == .exited(0), "\(text)")
            let frames = PseudoTerminal.frames(in: text)
            #expect(frames.allSatisfy { $0.count < 20 })
            #expect(frames.joined().allSatisfy { $0.count < 60 })
            #expect(Self.hasColours(text))
            #expect(!text.contains("\u{1B}[?25l"), "a cursor that is hidden stays so where the program is killed")
            let last = try #require(frames.last)
            #expect(last.count == 2)
            #expect(last[0].hasPrefix("tiny  ████") && last[0].hasSuffix("100 %  4/4 trials"))
            // The table comes on a line of its own.
            #expect(text.contains("\u{1B}[?7h\r\ntiny\r\n"))
        }
    }

    @Test func `a watched sweep is drawn anew when the terminal is resized, until Ctrl-C takes it away`() async throws {
        try await withTemporaryFolder { folder in
            let file = try sweep(in: folder).file.path
            let coordinator = try PosweepProcess(
                ["coordinator", "--bind", LoopbackEndpoint.ofItsOwn().description, "--state", "state"], in: folder)
            let endpoint = try #require(await coordinator.endpoint)
            _ = try await PosweepProcess.run(["submit", file, "--coordinator", endpoint], in: folder)
            let watch = try PseudoTerminal(
                ["status", "--watch", "--coordinator", endpoint], in: folder, columns: 100)
            #expect(await watch.shows { $0.last?.first?.hasSuffix("0/4 trials") == true })
            watch.resize(columns: 24)
            #expect(await watch.shows { $0.last?.allSatisfy { $0.count < 24 } == true })
            watch.send(SIGINT)
            let (end, text) = await watch.outcome()
            #expect(end == .exited(130))
            #expect(text.hasSuffix("\u{1B}[J"))
            let state = try PseudoTerminal(["status", "--watch", "--state", "state"], in: folder, columns: 80)
            #expect(await state.shows { $0.last?.first?.hasSuffix("0/4 trials") == true })
            state.send(SIGTERM)
            _ = await state.outcome()
            coordinator.send(SIGTERM)
            _ = await coordinator.outcome()
        }
    }

    @Test func `whoever watches sees who works and what came of it, until all is finished`() async throws {
        try await withTemporaryFolder { folder in
            let coordinator = try PosweepProcess(
                ["coordinator", "--bind", LoopbackEndpoint.ofItsOwn().description, "--state", "state"], in: folder)
            let endpoint = try #require(await coordinator.endpoint)
            func ask(_ arguments: String...) async throws -> PosweepProcess.Outcome {
                try await PosweepProcess.run(arguments + ["--coordinator", endpoint], in: folder)
            }
            for number in 0...1 {
                let sweep = try TinySweep(in: folder, text: TinySweep.text(passes: 2, number: number))
                #expect(try await ask("submit", sweep.file.path).status == 0)
            }
            // One is finished while the other keeps those who watch waiting.
            #expect(try await ask("pause", "tiny-1").status == 0)
            let worker = try PosweepProcess(["worker", "--coordinator", endpoint, "--threads", "1"], in: folder)
            #expect(await coordinator.says("sweep tiny has ended"))
            let watch = try PseudoTerminal(["status", "--watch", "--coordinator", endpoint], in: folder, columns: 100)
            let pipe = try PosweepProcess(["status", "--watch", "--coordinator", endpoint], in: folder)
            #expect(
                await watch.shows { frames in
                    let lines = frames.last ?? []
                    return lines.contains { $0.hasPrefix("tiny-1") && $0.hasSuffix("0/8 trials") }
                        && lines.contains { $0.contains("paused") }
                        && lines.contains { $0.contains("connected") && $0.hasSuffix("1 thread") }
                        && lines.contains { $0.hasPrefix("encoder.seed  target") && $0.contains("SPC    MAE") }
                })
            #expect(try await ask("resume", "tiny-1").status == 0)
            let (end, text) = await watch.outcome()
            #expect(end == .exited(0))
            #expect(text.contains("tiny-1: 8 of 8 trials finished"))
            let blocks = await pipe.outcome().output
            #expect(blocks.contains("tiny-1: 8 of 8 trials finished"))
            #expect(!blocks.contains("\u{1B}"))
            worker.send(SIGTERM)
            coordinator.send(SIGTERM)
            _ = await (worker.outcome(), coordinator.outcome())
        }
    }

    @Test func `Ctrl-C leaves a panel that is whole, and says how to go on`() async throws {
        try await withTemporaryFolder { folder in
            _ = try TinySweep(in: folder, text: TinySweep.text(passes: 60))
            let run = try PseudoTerminal(["run", "tiny.yaml", "--workers", "1"], in: folder, columns: 80)
            #expect(await run.shows { $0.last?.contains { $0.contains("task running") } == true })
            run.send(SIGINT)
            let (end, text) = await run.outcome()
            #expect(end == .exited(1))
            #expect(PseudoTerminal.frames(in: text).last?.count == 2)
            #expect(text.hasSuffix("posweep run tiny.yaml goes on from here\r\n"))
        }
    }

    @Test(arguments: ["NO_COLOR=1", "TERM=dumb", "LC_ALL=C"])
    func `a run keeps to what the environment says`(setting: String) async throws {
        try await withTemporaryFolder { folder in
            _ = try sweep(in: folder)
            let words = setting.split(separator: "=").map(String.init)
            let run = try PseudoTerminal(
                ["run", "tiny.yaml", "--workers", "1"], in: folder, columns: 80, environment: [words[0]: words[1]])
            let (end, text) = await run.outcome()
            #expect(end == .exited(0), "\(text)")
            switch words[0] {
            case "NO_COLOR":
                #expect(!Self.hasColours(text))
                #expect(text.contains("█"))
            case "TERM":
                #expect(!text.contains("\u{1B}"))
                #expect(text.contains("1 of 1 tasks, 4 of 4 trials"))
            default:
                #expect(PseudoTerminal.frames(in: text).last?.first?.hasPrefix("tiny  ####") == true)
                #expect(!text.contains("█"))
            }
        }
    }

    @Test func `what is no terminal gets plain lines`() async throws {
        try await withTemporaryFolder { folder in
            _ = try sweep(in: folder)
            let run = try await PosweepProcess.run(
                ["run", "tiny.yaml", "--workers", "1"], in: folder, environment: PseudoTerminal.usual)
            #expect(run.status == 0)
            #expect(!(run.output + run.errors).contains("\u{1B}"))
            #expect(run.errors.split(separator: "\n").allSatisfy { $0.hasPrefix("posweep: ") })
        }
    }
}
