import Foundation
import TestSupport
import Testing

/// Single trials tried again, in a state folder and by a coordinator.
@Suite("Retries of single trials", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct RetryTrialsTests {
    /// Images that small leave nothing of the fifth stage without padding, so two tasks of two trials fail.
    private static let text = """
        name: tiny
        data: {size: 32, train: {synthetic: leaves, count: 4}, test: {black: {constant: 0}}}
        encoder: {name: vgg16, padding: none}
        matrix: {encoder.seed: [1, 2], target: [H, V]}
        fit: {epochs: 1, batch: 4}

        """

    /// The identifiers of the sweep's trials, in the order of its file: two of one task, then two of another.
    private func trials(in folder: URL) async throws -> [String] {
        let plan = try await PosweepProcess.run(["plan", "tiny.yaml", "--trials", "--json"], in: folder)
        let object = try JSONSerialization.jsonObject(with: Data(plan.output.utf8)) as? [String: Any]
        return try #require(object?["trialSettings"] as? [[String: Any]]).compactMap { $0["trial"] as? String }
    }

    @Test func `in a state folder the trial's task is put back, and the other one is not`() async throws {
        try await withTemporaryFolder { folder in
            let sweep = try TinySweep(in: folder, text: Self.text)
            #expect(try await sweep.run(state: "tiny.state", "--workers", "1").status == 1)
            let trials = try await trials(in: folder)
            let short = trials.map { String($0.prefix(8)) }
            let retry = try await PosweepProcess.run(["retry", "tiny", "--trial", short[0]], in: folder)
            #expect(
                retry.output
                    == "tiny: 1 failed task put back with 1 trial; with them, since a task is tried as a whole: \(short[1])\n",
                "\(retry.errors)")
            let again = try await PosweepProcess.run(
                ["retry", "tiny", "--trial", short[0], "--trial", short[2]], in: folder)
            #expect(again.status == 1 && again.output.isEmpty)
            #expect(again.errors.contains("trial \(short[0]) has not failed in this sweep, so nothing was put back"))
            let json = try await PosweepProcess.run(
                ["retry", "tiny", "--trial", short[2], "--trial", short[3], "--json"], in: folder)
            try DocumentedJSON(of: "retry").expectKeys(
                of: JSONSerialization.jsonObject(with: Data(json.output.utf8)), "retry")
            let object = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
            #expect(object?["trials"] as? [String] == Array(trials[2...]) && object?["otherTrials"] as? [String] == [])
            let unknown = try await PosweepProcess.run(["retry", "tiny", "--trial", "xyz"], in: folder)
            #expect(unknown.status == 1 && unknown.errors.contains("'xyz' is no trial or task here"))
        }
    }

    @Test func `a coordinator takes the trial's task up at once`() async throws {
        try await withTemporaryFolder { folder in
            _ = try TinySweep(in: folder, text: Self.text)
            let coordinator = try PosweepProcess(
                ["coordinator", "--bind", LoopbackEndpoint.ofItsOwn().description, "--state", "state"], in: folder)
            let at = ["--coordinator", try #require(await coordinator.endpoint)]
            _ = try await PosweepProcess.run(["submit", "tiny.yaml"] + at, in: folder)
            let worker = try PosweepProcess(["worker", "--threads", "1"] + at, in: folder)
            #expect(await coordinator.says("sweep tiny has ended"))
            let short = try await trials(in: folder).map { String($0.prefix(8)) }
            let retry = try await PosweepProcess.run(["retry", "tiny", "--trial", short[2]] + at, in: folder)
            #expect(retry.output.hasPrefix("tiny: 1 failed task put back with 1 trial; with them,"), "\(retry.errors)")
            #expect(retry.output.hasSuffix(": \(short[3])\n"))
            // It fails once more, and that is the sweep's second end.
            #expect(await coordinator.says("sweep tiny has ended", times: 2))
            let wrong = try await PosweepProcess.run(["retry", "tiny", "--trial", "0123abcd"] + at, in: folder)
            #expect(wrong.status == 1 && wrong.errors.contains("'0123abcd' is no trial or task here"))
            let many = Array(repeating: ["--trial", short[2]], count: 101).flatMap(\.self)
            #expect(try await PosweepProcess.run(["retry", "tiny"] + many + at, in: folder).status == 64)
            coordinator.send(SIGTERM)
            worker.send(SIGTERM)
            _ = await (coordinator.outcome(), worker.outcome())
        }
    }
}
