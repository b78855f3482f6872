import Foundation
import TestSupport
import Testing

/// A sweep file that trains encoders and reads positions out of what it has trained.
@Suite("Sweeps that probe what they train, run", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct TrainedEncoderTests {
    private static let text =
        TinyTraining.besidePositions + """
            matrix:
              encoder.from: [none, saliency]
              encoder.padding: [zero, reflect]
              target: [H, G]
            fit: {epochs: 3, batch: 4, decay_at: [2]}
            table: {rows: [encoder.from, encoder.padding, target], columns: [test]}

            """

    @Test func `one worker and two give the same table, which training has changed`() async throws {
        try await withTemporaryFolder { folder in
            let sweep = try TinySweep(in: folder, text: Self.text)
            let one = try await sweep.run(state: "one.state", "--workers", "1")
            #expect(one.status == 0, "\(one.errors)")
            let two = try await sweep.run(state: "two.state", "--workers", "2", "--threads", "1")
            #expect(two.status == 0, "\(two.errors)")
            #expect(one.output == two.output)
            let results = try await sweep.results(state: "one.state")
            #expect(try await sweep.results(state: "two.state") == results)
            // Eight trials on one test set, under a header; the two trainings are no rows.
            let rows = results.split(separator: "\n").dropFirst()
            #expect(rows.count == 8)
            let figures = rows.map { $0.split(separator: ",").suffix(5).joined(separator: ",") }
            #expect(Set(figures).count == 8, "\(results)")
            // The trainings are there all the same.
            let encoders = ["encoders", "tiny", "--state", "one.state", "--output", "encoders"]
            let written = try await PosweepProcess.run(encoders, in: folder)
            #expect(written.output.matches(of: /saliency-vgg5-padding-(zero|reflect)/).count == 2, "\(written)")
        }
    }

    @Test func `a coordinator that is killed between training and probing goes on, and trains nothing again`()
        async throws
    {
        try await withTemporaryFolder { folder in
            // No pass is ready before the trainings are done.
            let text = Self.text.replacing("[none, saliency]", with: "[saliency]")
            let site = try await Site(in: folder, sweep: text, clockRate: 3)
            try await site.startWorkers(2)
            try await site.submit()
            // A probe is under way, so a training is on disk.
            #expect(await site.coordinator.says { $0.contains(": features") || $0.contains(": fit") })
            await site.killCoordinator()
            try await site.startCoordinator()
            try await site.finish()
            #expect(site.repeatedWork.isEmpty, "\(site.repeatedWork)")
            // Two trainings and two passes over the images.
            #expect(Set(site.begunTasks).count == 4)
            #expect(Set(site.finishedTrials).count == 6)
        }
    }

    @Test func `what builds on a training that fails says so, and a retry tries both again`() async throws {
        try await withTemporaryFolder { folder in
            let text = Self.text.replacing("  batch: 4\nencoder:", with: "  batch: 4\n  learning_rate: 1000\nencoder:")
            let sweep = try TinySweep(in: folder, text: text)
            let outcome = try await sweep.run(state: "tiny.state", "--workers", "1")
            #expect(outcome.status == 1)
            #expect(outcome.output.contains("2 of 8 trials failed: needs trial "), "\(outcome.output)")
            #expect(outcome.output.contains("which failed: the loss is no number any more"), "\(outcome.output)")
            let retry = try await PosweepProcess.run(["retry", "--state", "tiny.state"], in: folder)
            #expect(retry.output == "4 failed tasks put back; 6 trials are to be run\n", "\(retry.errors)")
        }
    }
}
