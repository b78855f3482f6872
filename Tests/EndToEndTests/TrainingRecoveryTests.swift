import Experiments
import Foundation
import TestSupport
import Testing

/// A training in a sweep costs only what was done since the last checkpoint, whatever is killed, and its encoder is the same.
@Suite("Trainings of a sweep go on elsewhere", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct TrainingRecoveryTests {
    /// 72 steps.
    private static let text = """
        name: training
        experiment: saliency
        encoder: vgg5
        training:
          data:
            size: 48
            train: {synthetic: scenes, count: 12}
            test: {new: {synthetic: scenes, count: 2, seed: 3}}
          epochs: 12
          batch: 2

        """
    private static let steps = 72

    /// What of the program is killed.
    enum Victim: CaseIterable {
        case worker, computation

        var seeds: ClosedRange<Int> { self == .worker ? 1...5 : 1...3 }
    }

    /// The encoder that the sweep's training has made, and what stands beside it.
    private func encoder(state: String, in folder: URL) async throws -> (weights: Data, origin: String) {
        let output = folder.appending(path: "encoders-\(state)")
        let outcome = try await PosweepProcess.run(
            ["encoders", "training", "--state", state, "--output", output.path], in: folder)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let files = try FileManager.default.contentsOfDirectory(atPath: output.path).sorted()
        #expect(files.count == 2)
        let stem = try #require(files.first?.split(separator: ".").first)
        return (
            try Data(contentsOf: output.appending(path: "\(stem).safetensors")),
            try String(contentsOf: output.appending(path: "\(stem).json"), encoding: .utf8)
        )
    }

    private func coordinator(state: String, in folder: URL) throws -> PosweepProcess {
        try PosweepProcess(
            ["coordinator", "--bind", LoopbackEndpoint.ofItsOwn().description, "--state", state], in: folder)
    }

    /// A worker with a folder of its own; it has the first one's name, so that what that one held is free at once.
    private func worker(_ number: Int, _ endpoint: String, _ state: String, in folder: URL) throws -> PosweepProcess {
        try PosweepProcess(
            ["worker", "--coordinator", endpoint, "--threads", "\(number)", "--checkpoint-every", "0s"]
                + ["--identity", String(repeating: "7", count: 32)]
                + ["--spool", "\(state)-worker-\(number)", "--cache", "\(state)-cache-\(number)"],
            in: folder, under: ["nice", "-n", "5"])
    }

    /// Waits until the coordinator has a checkpoint of this step or a later one.
    private func waitForCheckpoint(_ step: Int, state: String, in folder: URL) async throws {
        let checkpoints = folder.appending(path: state).appending(path: "checkpoints").path
        while true {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: checkpoints)) ?? []
            let known = names.compactMap { $0.split(separator: ".").dropFirst().first.flatMap { Int($0) } }.max()
            if let known, known >= step { return }
            try Task.checkCancellation()
            await Task.yield()
        }
    }

    /// The step behind which the coordinator has heard that a training goes on.
    private func resumedStep(_ log: String) -> Int? {
        log.firstMatch(of: /going on behind step (\d+) of 72/).flatMap { Int($0.1) }
    }

    @Test func `a killed worker or computation costs some steps, and the encoder is that of an undisturbed run`()
        async throws
    {
        try await withTemporaryFolder { folder in
            try Data(Self.text.utf8).write(to: folder.appending(path: "training.yaml"))
            let whole = try await PosweepProcess.run(
                ["run", "training.yaml", "--state", "whole", "--workers", "1", "--threads", "2"], in: folder)
            #expect(whole.status == 0, "\(whole.errors)")
            #expect(resumedStep(whole.errors) == nil)
            let undisturbed = try await encoder(state: "whole", in: folder)
            #expect(undisturbed.origin.contains("\"sweep\" : \"training\""))
            for victim in Victim.allCases {
                for seed in victim.seeds {
                    var random = RandomStream(seed: seed, name: "kills of \(victim)")
                    let state = "killed-\(victim)-\(seed)"
                    let step = 1 + random.integer(below: 24)
                    let log = try await run(killing: victim, behindStep: step, state: state, in: folder)
                    let resumed = try #require(resumedStep(log), "\(log)")
                    #expect((step..<Self.steps).contains(resumed))
                    let encoder = try await encoder(state: state, in: folder)
                    #expect(encoder.weights == undisturbed.weights, "\(victim) killed behind step \(step)")
                }
            }
        }
    }

    /// Trains in a cluster in which something is killed.
    ///
    /// - Returns: What the coordinator has said.
    private func run(
        killing victim: Victim, behindStep step: Int, state: String, in folder: URL
    ) async throws -> String {
        let coordinator = try coordinator(state: state, in: folder)
        let endpoint = try #require(await coordinator.endpoint)
        let submitted = try await PosweepProcess.run(
            ["submit", "training.yaml", "--coordinator", endpoint], in: folder)
        #expect(submitted.status == 0, "\(submitted.errors)")
        let first = try worker(1, endpoint, state, in: folder)
        try await waitForCheckpoint(step, state: state, in: folder)
        switch victim {
        case .worker:
            first.send(SIGKILL)
            _ = await first.outcome()
            _ = try worker(2, endpoint, state, in: folder)
        case .computation:
            for computation in first.children { kill(computation, SIGKILL) }
        }
        #expect(await coordinator.says("sweep training has ended"))
        coordinator.send(SIGTERM)
        _ = await coordinator.outcome()
        let checkpoints = try FileManager.default.contentsOfDirectory(
            atPath: folder.appending(path: state).appending(path: "checkpoints").path)
        #expect(checkpoints.isEmpty, "what is done needs no checkpoint")
        return coordinator.saidSoFar
    }

    @Test func `checkpoints that cannot be used are said, and the training begins anew`() async throws {
        try await withTemporaryFolder { folder in
            try Data(Self.text.utf8).write(to: folder.appending(path: "training.yaml"))
            let before = try coordinator(state: "state", in: folder)
            let first = try #require(await before.endpoint)
            _ = try await PosweepProcess.run(["submit", "training.yaml", "--coordinator", first], in: folder)
            let killed = try worker(1, first, "state", in: folder)
            try await waitForCheckpoint(5, state: "state", in: folder)
            for process in [killed, before] {
                process.send(SIGKILL)
                _ = await process.outcome()
            }
            // A disk's mistake in every checkpoint that the coordinator has.
            let checkpoints = folder.appending(path: "state/checkpoints")
            for name in try FileManager.default.contentsOfDirectory(atPath: checkpoints.path) {
                let handle = try FileHandle(forUpdating: checkpoints.appending(path: name))
                try handle.seek(toOffset: 40_000)
                try handle.write(contentsOf: Data([1, 2, 3, 4, 5]))
                try handle.close()
            }
            let coordinator = try coordinator(state: "state", in: folder)
            let endpoint = try #require(await coordinator.endpoint)
            _ = try worker(2, endpoint, "state", in: folder)
            #expect(await coordinator.says("the coordinator's checkpoint is not gone on from: it is damaged"))
            #expect(await coordinator.says("sweep training has ended"))
            coordinator.send(SIGTERM)
            _ = await coordinator.outcome()
            let whole = try await PosweepProcess.run(
                ["run", "training.yaml", "--state", "whole", "--workers", "1"], in: folder)
            #expect(whole.status == 0, "\(whole.errors)")
            #expect(
                try await encoder(state: "state", in: folder).weights == encoder(state: "whole", in: folder).weights)
        }
    }

    @Test func `a trained encoder is read by the weights of another sweep, and outlives its sweep's end`() async throws
    {
        try await withTemporaryFolder { folder in
            try Data(Self.text.replacing("epochs: 12", with: "epochs: 2").utf8)
                .write(to: folder.appending(path: "training.yaml"))
            for _ in 1...2 {
                // The second time there is nothing to do but to tidy up.
                let outcome = try await PosweepProcess.run(
                    ["run", "training.yaml", "--state", "state", "--workers", "1"], in: folder)
                #expect(outcome.status == 0, "\(outcome.errors)")
            }
            let weights = try await encoder(state: "state", in: folder).weights
            try weights.write(to: folder.appending(path: "trained.safetensors"))
            let probe = """
                name: probe
                data: {size: 48, train: {synthetic: leaves, count: 4}, test: {natural: {synthetic: leaves, count: 2}}}
                weights: {vgg5: trained.safetensors}
                encoder: vgg5
                target: H
                fit: {epochs: 1, batch: 4, decay_at: []}
                """
            try Data(probe.utf8).write(to: folder.appending(path: "probe.yaml"))
            let outcome = try await PosweepProcess.run(
                ["run", "probe.yaml", "--state", "probe", "--workers", "1"], in: folder)
            #expect(outcome.status == 0, "\(outcome.errors)")
        }
    }
}
