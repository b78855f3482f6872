import ConvEngine
import Experiments
import Foundation
import Testing

/// The learning curve, against figures that are computed here from the network's logits, in double precision and without a trick.
@Suite("Learning curve")
struct LearningCurveTests {
    /// Of a training whose batch is all of its images: each epoch is one step.
    private func specification(_ goal: TrainingGoal, images: Int = 6) -> TrainingSpecification {
        var encoder = EncoderSettings()
        encoder.name = .vgg5
        var specification = TrainingSpecification(goal, encoder: encoder, size: 48, images: images)
        specification.fit.epochs = 3
        specification.fit.batch = images
        specification.fit.learningRate = 0.01
        specification.validation = .drawn(count: 4, seed: 2)
        return specification
    }

    /// The logits of each image, `[pixel][class]`, and its labels.
    private func answers(
        _ network: TrainedNetwork, _ source: LabelledSource, _ specification: TrainingSpecification
    ) throws -> [(logits: [[Double]], labels: [Int])] {
        let set = try LabelledSet(
            source, goal: specification.goal, classes: specification.classes, size: specification.size)
        return try (0..<set.count).map { index in
            let image = try set.decode(at: index)
            let logits = network.logits(PixelImage(image.image).tensor)
            let values = logits.values.map { Double($0) }
            let classes = logits.shape.channels
            return (
                stride(from: 0, to: values.count, by: classes).map { Array(values[$0..<$0 + classes]) },
                image.labels.map { Int($0) }
            )
        }
    }

    /// −log of the chance that the network gives the truth, mean over the pixels.
    private func loss(_ answers: [(logits: [[Double]], labels: [Int])]) -> Double {
        let losses = answers.flatMap { answer in
            zip(answer.logits, answer.labels).map { logits, label in
                guard logits.count > 1 else {
                    let chance = 1 / (1 + exp(-logits[0]))
                    return -log(label == 1 ? chance : 1 - chance)
                }
                return -log(exp(logits[label]) / logits.map { exp($0) }.reduce(0, +))
            }
        }
        return losses.reduce(0, +) / Double(losses.count)
    }

    private func expect(_ value: Float?, _ expected: Double, _ name: String) throws {
        #expect(abs(Double(try #require(value)) - expected) < 1e-4, "\(name): \(value ?? .nan) and \(expected)")
    }

    @Test func `of saliency it is the loss before each step, and F and MAE behind it`() throws {
        let specification = specification(.saliency)
        var training = try EncoderTraining(specification, team: ImageTeam(threads: 2))
        for number in 1...3 {
            let before = loss(try answers(training.trained(), specification.train, specification))
            let epoch = try #require(try training.advance()?.epoch)
            #expect(epoch.number == number)
            try expect(epoch.loss, before, "loss")
            let found = try answers(training.trained(), .drawn(count: 4, seed: 2), specification).map { answer in
                let map = answer.logits.map { 1 / (1 + exp(-$0[0])) }
                let error = zip(map, answer.labels).map { abs($0 - Double($1)) }.reduce(0, +) / Double(map.count)
                let threshold = min(1, 2 * map.reduce(0, +) / Double(map.count))
                let predicted = map.map { $0 >= threshold }
                let hits = Double(zip(predicted, answer.labels).count { $0 && $1 == 1 })
                let precision = hits / max(1, Double(predicted.count { $0 }))
                let recall = hits / Double(answer.labels.count { $0 == 1 })
                let measure = hits > 0 ? 1.3 * precision * recall / (0.3 * precision + recall) : 0
                return (measure: measure, error: error)
            }
            try expect(epoch.validation.first, found.map(\.measure).reduce(0, +) / 4, "Fm")
            try expect(epoch.validation.last, found.map(\.error).reduce(0, +) / 4, "MAE")
        }
    }

    @Test func `of segmentation it is the loss before each step, and mIoU and accuracy behind it`() throws {
        let specification = specification(.segmentation)
        var training = try EncoderTraining(specification, team: ImageTeam(threads: 2))
        for _ in 1...3 {
            let before = loss(try answers(training.trained(), specification.train, specification))
            let epoch = try #require(try training.advance()?.epoch)
            try expect(epoch.loss, before, "loss")
            let pairs = try answers(training.trained(), .drawn(count: 4, seed: 2), specification).flatMap { answer in
                zip(answer.logits.map { logits in logits.firstIndex(of: logits.max() ?? 0) ?? 0 }, answer.labels)
            }
            let overlaps = (0..<specification.classes).compactMap { label -> Double? in
                let union = pairs.count { $0.0 == label || $0.1 == label }
                return union > 0 ? Double(pairs.count { $0.0 == label && $0.1 == label }) / Double(union) : nil
            }
            try expect(epoch.validation.first, overlaps.reduce(0, +) / Double(overlaps.count), "mIoU")
            try expect(epoch.validation.last, Double(pairs.count { $0.0 == $0.1 }) / Double(pairs.count), "accuracy")
        }
    }

    /// The encoder and the curve of a training of two steps an epoch.
    private func trained(
        validation: LabelledSource?, test: [TrainingSpecification.TestSet] = [], encoder: EncoderName = .vgg5_bn
    ) throws -> (encoder: Data, curve: [TrainingEpoch]) {
        var specification = specification(.saliency)
        specification.encoder.name = encoder
        specification.size = 16
        specification.fit.batch = 3
        (specification.validation, specification.test) = (validation, test)
        var training = try EncoderTraining(specification, team: ImageTeam(threads: 2))
        while try training.advance() != nil {}
        return (try training.encoderFile(), training.curve)
    }

    @Test func `what is validated, and whether, changes no bit of the weights`() throws {
        let without = try trained(validation: nil)
        let with = try trained(validation: .drawn(count: 5, seed: 2))
        #expect(with.encoder == without.encoder)
        #expect(with.curve.map(\.loss.bitPattern) == without.curve.map(\.loss.bitPattern))
        #expect(without.curve.allSatisfy { $0.validation.isEmpty })
        #expect(with.curve.allSatisfy { $0.validation.count == 3 })
    }

    @Test func `without images for it, it is scored on the first test set`() throws {
        let images = LabelledSource.drawn(count: 5, seed: 2)
        let stated = try trained(validation: images)
        let test = [("first", images), ("second", LabelledSource.drawn(count: 2, seed: 8))].map {
            TrainingSpecification.TestSet(name: $0.0, source: $0.1)
        }
        #expect(try trained(validation: nil, test: test).curve == stated.curve)
    }

    @Test func `at most 256 images are scored behind an epoch, from the whole of the set`() throws {
        let (few, some, many) = try (
            trained(validation: .drawn(count: 256, seed: 2)), trained(validation: .drawn(count: 257, seed: 2)),
            trained(validation: .drawn(count: 512, seed: 2))
        )
        // Of 257 images those up to the last but one are as far apart as 256 can be.
        #expect(some.curve == few.curve)
        #expect(many.curve != few.curve)
        #expect(TrainingSpecification.mostValidated == 256)
    }
}
