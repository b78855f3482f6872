import Foundation
import TestSupport
import Testing

/// Encoders that a sweep trains, and what is read out of others beside them.
@Suite("Sweeps that train, run", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct TrainingSweepTests {
    private static let text =
        TinyTraining.besidePositions + """
            matrix:
              experiment: [position, saliency, segmentation, classification]
              encoder.padding: [zero, reflect]
            seeds: 2
            fit: {epochs: 3, batch: 4, decay_at: [2]}
            table: {rows: [experiment, encoder.padding], columns: [test]}

            """

    @Test func `the table is the same with one worker, with two, and where one of them is killed`() async throws {
        try await withTemporaryFolder { folder in
            let sweep = try TinySweep(in: folder, text: Self.text)
            let one = try await sweep.run(state: "one.state", "--workers", "1", "--threads", "2")
            #expect(one.status == 0, "\(one.errors)")
            let run = try PosweepProcess(
                ["run", sweep.file.path, "--state", "two.state", "--workers", "2", "--threads", "1"], in: folder)
            #expect(await run.says("training"))
            if let worker = run.children.first { kill(worker, SIGKILL) }
            let two = await run.outcome()
            #expect(two.status == 0, "\(two.errors)")
            #expect(one.output == two.output)
            let results = try await sweep.results(state: "one.state")
            #expect(try await sweep.results(state: "two.state") == results)
            // Sixteen trials on two test sets, under a header.
            #expect(results.split(separator: "\n").count == 33)
            for figure in ["SPC", "MAE", "Fm", "mIoU", "accuracy"] { #expect(one.output.contains(figure)) }
        }
    }

    @Test func `a training that diverges fails with its cause, and the others go on`() async throws {
        try await withTemporaryFolder { folder in
            let text = Self.text.replacing(
                "experiment: [position, saliency, segmentation, classification]",
                with: "experiment: [saliency]\n  training.learning_rate: [0.01, 1000]")
            let outcome = try await TinySweep(in: folder, text: text).run(state: "tiny.state", "--workers", "1")
            #expect(outcome.status == 1)
            #expect(
                outcome.output.contains("4 of 8 trials failed: the loss is no number any more"), "\(outcome.output)")
        }
    }
}
