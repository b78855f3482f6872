import ConvEngine
import Experiments
import Foundation
import TestSupport
import Testing

/// Weights that follow from a formula, so that PyTorch can have the same ones without a file (Fixtures/make_resnet.py).
private struct HashedWeights: EncoderWeights {
    func tensor(_ name: String, shape: [Int]) throws(DataError) -> [Float] {
        let values = hashed(count: shape.reduce(1, *), salt: name.utf8.reduce(0) { $0 + Int($1) })
        if shape.count == 4 {
            let scale = Float((6 / Double(shape[0] * shape[2] * shape[2])).squareRoot())
            return values.map { $0 * scale }
        }
        let isFactor = name.hasSuffix("running_var") || name.hasSuffix("weight")
        return values.map { isFactor ? $0 * 0.25 + 0.75 : $0 * 0.1 }
    }
}

@Suite("ResNet")
struct ResNetTests {
    @Test(arguments: [(EncoderPadding.zero, 64, 4), (.none, 120, 2)])
    func `every layer agrees with PyTorch`(padding: EncoderPadding, side: Int, last: Int) throws {
        let network = try EncoderName.resnet50.network(weights: HashedWeights(), padding: padding)
        let image = Tensor(
            Shape(images: 1, height: side, width: side, channels: 3),
            values: hashed(count: side * side * 3, salt: 7).map { $0 * 0.5 + 0.5 })
        let expected = try NumPyFile(readingFrom: fixture("resnet_\(padding.rawValue).npy")).values
        var position = 0
        network.visitStages(of: image, through: last, team: nil) { stage, _, maps in
            guard stage > 0 else { return }
            let sample = sampled(maps, places: 4, channels: 32)
            let reference = expected[position..<position + sample.count]
            position += sample.count
            let error = zip(sample, reference).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) }
            let norm = reference.reduce(0.0) { $0 + pow(Double($1), 2) }
            #expect((error / norm).squareRoot() <= 1e-5, "layer\(stage)")
        }
        #expect(position == expected.count)
    }

    @Test func `the layers of a 224 pixel wide image have the paper's sizes`() throws {
        let network = try EncoderName.resnet50.network(weights: HashedWeights(), padding: .zero)
        let image = Shape(images: 1, height: 224, width: 224, channels: 3)
        let shapes = try network.stages.map { try network.shape(ofStage: $0.number, for: image) }
        #expect(shapes.map(\.width) == [112, 56, 28, 14, 7])
        #expect(shapes.map(\.channels) == [64, 256, 512, 1024, 2048])
        #expect(network.stages.map(\.channels) == shapes.map(\.channels))
    }

    @Test(arguments: [EncoderPadding.reflect, .replicate, .circular])
    func `another padding keeps the sizes and changes the features`(padding: EncoderPadding) throws {
        let image = Tensor(
            Shape(images: 1, height: 64, width: 64, channels: 3), values: hashed(count: 64 * 64 * 3, salt: 7))
        func last(_ padding: EncoderPadding) throws -> Tensor? {
            let network = try EncoderName.resnet50.network(weights: HashedWeights(), padding: padding)
            var last: Tensor?
            network.visitStages(of: image, through: 1, team: nil) { _, _, maps in last = maps }
            return last
        }
        let (one, other) = (try last(padding), try last(.zero))
        #expect(one?.shape == other?.shape)
        #expect(one != other)
    }

    @Test func `images that are too small without padding are refused with the size that is enough`() throws {
        var settings = EncoderSettings()
        settings.name = .resnet50
        settings.padding = .none
        let error = #expect(throws: ExperimentError.self) {
            try FeatureExtractor(settings, weights: HashedWeights(), imageSide: 224)
        }
        #expect(error?.description.contains("stage 4") == true)
        #expect(error?.description.contains("images of 423 pixels or more") == true)
        settings.stages = [1, 2]
        #expect(try FeatureExtractor(settings, weights: HashedWeights(), imageSide: 224).channels == 768)
    }
}

@Suite("Stages of an encoder")
struct EncoderStageTests {
    private func extractor(stages: [Int]) throws -> FeatureExtractor {
        let network = try EncoderName.resnet50.network(weights: HashedWeights(), padding: .zero)
        return try FeatureExtractor(encoder: network, stages: stages, normalise: .none)
    }

    @Test func `all stages of a ResNet are its four layers, and its stem is asked for by number`() throws {
        var settings = EncoderSettings()
        settings.name = .resnet50
        #expect(settings.readStages == [1, 2, 3, 4])
        #expect(try extractor(stages: [0, 4]).channels == 64 + 2048)
        #expect(throws: ExperimentError.noSuchStage(5, known: [0, 1, 2, 3, 4])) { try extractor(stages: [5]) }
    }

    @Test func `stages are found among those that are kept`() throws {
        let encoder = EncoderName.resnet50
        #expect(
            try encoder.selection(of: [0, 2, 4], among: [0, 1, 2, 4])
                == StageSelection(places: [0, 2, 3], channels: [64, 512, 2048]))
        #expect(throws: ExperimentError.self) { try encoder.selection(of: [3], among: [0, 1, 2, 4]) }
    }
}
