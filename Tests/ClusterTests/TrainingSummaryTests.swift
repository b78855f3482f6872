import Cluster
import Coordination
import Experiments
import Foundation
import Testing

@Suite("Trainings that run")
struct TrainingSummaryTests {
    private static let training = RunningTraining(
        task: TaskID(high: 0xABCD_EF01 << 32, low: 1), title: "saliency, vgg5, padding none, seed 2", epochs: 15,
        curve: LearningCurve(
            metrics: ["loss", "Fm"],
            points: [
                .init(epoch: 1, values: [0.5, nil]), .init(epoch: 2, values: [0.25, 0.125]),
                .init(epoch: 3, values: [0.125, 0.75]),
            ]))

    @Test func `status has a line for each, with its newest epoch and how it came there`() {
        let summary = TrainingSummary(Self.training)
        #expect(
            summary.line(sparklines: false)
                == "task abcdef01, saliency, vgg5, padding none, seed 2: epoch 3 of 15, loss 0.5000 → 0.1250, Fm 0.1250 → 0.7500"
        )
        #expect(summary.line(sparklines: true).hasSuffix("loss 0.5000 → 0.1250 █▃▁, Fm 0.1250 → 0.7500 ▁█"))
    }

    @Test func `it says the same when it comes from another process`() throws {
        let summary = TrainingSummary(Self.training)
        let read = try JSONDecoder().decode(TrainingSummary.self, from: JSONEncoder().encode(summary))
        #expect(read == summary)
        #expect(read.line(sparklines: true) == summary.line(sparklines: true))
    }

    @Test func `figures that do not fit the epochs are shown as none, never a crash`() throws {
        let text = """
            {"task": "a", "title": "b", "epoch": 2, "epochs": 3, "curveEpochs": [1, 2],
             "figures": [{"name": "loss", "values": [0.5]}, {"name": "loss", "values": []}]}
            """
        let summary = try JSONDecoder().decode(TrainingSummary.self, from: Data(text.utf8))
        #expect(summary.line(sparklines: true) == "task a, b: epoch 2 of 3, loss 0.5000, loss 0.5000")
    }

    @Test func `a status shows a hundred of them`() {
        let many = [TrainingSummary](repeating: TrainingSummary(Self.training), count: 101)
        #expect(StatusSummary(sweeps: [], workers: [], trainings: many).trainings.count == 100)
    }

    @Test func `a training's epochs become a curve, whose figures that are no number are not defined`() throws {
        let epochs = (1...100).map { number in
            TrainingEpoch(number: number, loss: 1 / Float(number), validation: [.nan, Float(number)])
        }
        let curve = try #require(LearningCurve(epochs, of: .segmentation, atMost: 64))
        #expect(curve.metrics == ["loss", "mIoU", "accuracy"])
        #expect(curve.points.first == .init(epoch: 1, values: [1, nil, 1]))
        #expect(curve.points.last == .init(epoch: 100, values: [0.01, nil, 100]))
        #expect(curve.points.count <= 64)
        #expect(LearningCurve([], of: .saliency, atMost: 64) == nil)
        let bare = [TrainingEpoch(number: 1, loss: 2, validation: [])]
        #expect(LearningCurve(bare, of: .saliency, atMost: 64)?.metrics == ["loss"])
    }
}
