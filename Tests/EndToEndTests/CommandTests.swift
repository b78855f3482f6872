import Foundation
import TestSupport
import Testing

@Suite("Commands", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct CommandTests {
    @Test func `a map scored against itself is perfect, and a constant one has no correlation`() async throws {
        try await withTemporaryFolder { folder in
            _ = try await PosweepProcess.run(["targets", "--size", "16", "--output", "."], in: folder)
            let perfect = try await PosweepProcess.run(["score", "H.npy", "H.npy", "--json"], in: folder)
            #expect(perfect.output.contains("\"spc\" : 1"), "\(perfect.output)")
            #expect(perfect.output.contains("\"mae\" : 0"))
            // A header as NumPy writes it and 256 zeros.
            let map = try Data(contentsOf: folder.appending(path: "H.npy"))
            try (map.prefix(128) + Data(count: map.count - 128)).write(to: folder.appending(path: "zero.npy"))
            let constant = try await PosweepProcess.run(["score", "zero.npy", "H.npy"], in: folder)
            #expect(constant.status == 0)
            #expect(constant.output.contains("–"))
            #expect(constant.output.contains("not defined for 1 of 1"))
            let json = try await PosweepProcess.run(["score", "zero.npy", "H.npy", "--json"], in: folder)
            #expect(json.output.contains("\"spc\" : null"))
        }
    }

    @Test func `maps of a finished sweep are written as pictures and arrays`() async throws {
        try await withTemporaryFolder { folder in
            let text = TinySweep.text.replacingOccurrences(of: "[none, vgg16]", with: "[none]")
            #expect(try await TinySweep(in: folder, text: text).run(state: "tiny.state").status == 0)
            let maps = try await PosweepProcess.run(["maps", "--output", "maps"], in: folder)
            #expect(maps.status == 0, "\(maps.errors)")
            let folders = try FileManager.default.contentsOfDirectory(atPath: folder.appending(path: "maps").path)
            #expect(folders.count == 4)
            let first = try #require(folders.first)
            for name in ["prediction.npy", "prediction.png", "truth.npy", "truth.png", "error.png"] {
                let file = folder.appending(path: "maps/\(first)/natural-0-\(name)")
                #expect(FileManager.default.fileExists(atPath: file.path), "\(name)")
            }
        }
    }

    @Test func `features of an image have the shape that they are documented to have`() async throws {
        try await withTemporaryFolder { folder in
            _ = try await PosweepProcess.run(["targets", "--size", "32", "--output", "."], in: folder)
            let outcome = try await PosweepProcess.run(
                ["features", "--image-size", "32", "--stages", "1,2", "G.png", "H.png", "--output", "f.npy"], in: folder
            )
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output == "f.npy: [2, 28, 28, 192]\n")
        }
    }

    @Test func `a coordinator takes a sweep from one process and a worker from another`() async throws {
        try await withTemporaryFolder { folder in
            let text = TinySweep.text.replacingOccurrences(of: "[none, vgg16]", with: "[none]")
            let sweep = try TinySweep(in: folder, text: text)
            let coordinator = try PosweepProcess(
                ["coordinator", "--bind", LoopbackEndpoint.ofItsOwn().description, "--state", "state"], in: folder)
            let endpoint = try #require(await coordinator.endpoint)
            let submitted = try await PosweepProcess.run(
                ["submit", sweep.file.path, "--coordinator", endpoint], in: folder)
            #expect(
                submitted.output == "tiny: 4 trials new, 0 kept, 0 withdrawn; 0 have a result\n", "\(submitted.errors)")
            func prioritise(_ priority: String) async throws -> PosweepProcess.Outcome {
                try await PosweepProcess.run(["prioritise", "tiny", priority, "--coordinator", endpoint], in: folder)
            }
            for priority in ["0", "101", "high"] { #expect(try await prioritise(priority).status == 64) }
            let prioritised = try await prioritise("50")
            #expect(prioritised.output == "tiny: priority 50\n", "\(prioritised.errors)")
            let worker = try PosweepProcess(["worker", "--coordinator", endpoint, "--threads", "1"], in: folder)
            #expect(await coordinator.says("sweep tiny has ended"))
            let status = try await PosweepProcess.run(["status", "--coordinator", endpoint], in: folder)
            #expect(status.output.contains("tiny: 4 of 4 trials finished"))
            #expect(status.output.contains("priority 50"))
            #expect(status.output.contains("connected, 1 threads"))
            let again = try await PosweepProcess.run(
                ["submit", sweep.file.path, "--coordinator", endpoint], in: folder)
            #expect(again.output == "tiny: 0 trials new, 4 kept, 0 withdrawn; 4 have a result\n")
            coordinator.send(SIGTERM)
            #expect(await coordinator.outcome().status == 0)
            worker.send(SIGTERM)
            #expect(await worker.outcome().status == 0)
            _ = try await PosweepProcess.run(["prioritise", "tiny", "3", "--state", "state"], in: folder)
            let later = try await PosweepProcess.run(["status", "--state", "state"], in: folder)
            #expect(later.output.contains("priority 3"), "\(later.errors)")
        }
    }

    @Test
    func `a sweep that is cancelled keeps its results, gets no more of them, and goes on when it is submitted again`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let sweep = try TinySweep(in: folder, text: TinySweep.text(passes: 8))
            let coordinator = try PosweepProcess(
                ["coordinator", "--bind", LoopbackEndpoint.ofItsOwn().description, "--state", "state"], in: folder)
            let endpoint = try #require(await coordinator.endpoint)
            func ask(_ arguments: String...) async throws -> PosweepProcess.Outcome {
                try await PosweepProcess.run(arguments + ["--coordinator", endpoint], in: folder)
            }
            _ = try await ask("submit", sweep.file.path)
            #expect(try await ask("cancel", "other").errors.contains("other"))
            #expect(try await ask("cancel", "tiny").output == "tiny: cancelled\n")
            #expect(try await ask("status").output.contains("cancelled"))
            let worker = try PosweepProcess(["worker", "--coordinator", endpoint, "--threads", "1"], in: folder)
            #expect(await worker.says("joined the coordinator"))
            #expect(try await ask("status").output.contains("0 of 32 trials finished"))
            _ = try await ask("submit", sweep.file.path)
            #expect(await coordinator.says("sweep tiny has ended", times: 2))
            coordinator.send(SIGTERM)
            worker.send(SIGTERM)
            _ = await (coordinator.outcome(), worker.outcome())
            #expect(try await sweep.results(state: "state") == UndisturbedRuns.shared.results(of: sweep))
            let there = try await PosweepProcess.run(["cancel", "tiny", "--state", "state"], in: folder)
            #expect(there.output == "tiny: cancelled, 32 of 32 trials have a result\n", "\(there.errors)")
        }
    }
}
