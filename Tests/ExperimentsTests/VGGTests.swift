import ConvEngine
import Experiments
import Foundation
import TestSupport
import Testing

/// Weights that follow from a formula, so that PyTorch can have the same ones without a file (Fixtures/make_vgg.py).
private struct HashedWeights: EncoderWeights {
    func tensor(_ name: String, shape: [Int]) throws(DataError) -> [Float] {
        let index = name.split(separator: ".").dropFirst().first.flatMap { Int($0) } ?? 0
        guard shape.count == 4 else {
            return hashed(count: shape[0], salt: 1000 * index + 1).map { $0 * 0.1 }
        }
        let scale = Float((6 / Double(shape[0] * 9)).squareRoot())
        return hashed(count: shape.reduce(1, *), salt: 1000 * index).map { $0 * scale }
    }
}

/// Enough where only shapes are asked for.
private struct ZeroWeights: EncoderWeights {
    func tensor(_ name: String, shape: [Int]) throws(DataError) -> [Float] {
        [Float](repeating: 0, count: shape.reduce(1, *))
    }
}

@Suite("VGG")
struct VGGTests {
    @Test(arguments: [(EncoderPadding.zero, 36), (.none, 221)])
    func `every stage agrees with PyTorch`(padding: EncoderPadding, side: Int) throws {
        let network = try EncoderName.vgg16.network(weights: HashedWeights(), padding: padding)
        let image = Tensor(
            Shape(images: 1, height: side, width: side, channels: 3),
            values: hashed(count: side * side * 3, salt: 7).map { $0 * 0.5 + 0.5 })
        let expected = try NumPyFile(readingFrom: fixture("vgg_\(padding.rawValue).npy")).values
        var position = 0
        network.visitStages(of: image, through: 5, team: nil) { stage, _, maps in
            let sample = sampled(maps, places: 6, channels: 16)
            let reference = expected[position..<position + sample.count]
            position += sample.count
            let error = zip(sample, reference).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) }
            let norm = reference.reduce(0.0) { $0 + pow(Double($1), 2) }
            #expect((error / norm).squareRoot() <= 1e-5, "f\(stage)")
        }
        #expect(position == expected.count)
    }

    @Test func `without padding a constant image leaves no trace of position`() throws {
        // Winograd's rounding repeats with every tile, and a readout looks for just such a pattern.
        let network = try EncoderName.vgg16.network(weights: HashedWeights(), padding: .none)
        let image = Tensor(
            Shape(images: 1, height: 224, width: 224, channels: 3),
            values: (0..<224 * 224).flatMap { _ in [0.3, -0.7, 1.1] as [Float] })
        network.visitStages(of: image, through: 5, team: nil) { stage, _, maps in
            let values = maps.values
            let channels = maps.shape.channels
            let rms = (values.reduce(0.0) { $0 + Double($1 * $1) } / Double(values.count)).squareRoot()
            let ripple = (0..<channels).map { channel in
                let map = stride(from: channel, to: values.count, by: channels).map { values[$0] }
                return Double((map.max() ?? .nan) - (map.min() ?? .nan))
            }
            #expect(rms > 0)
            #expect((ripple.max() ?? .nan) <= 1e-5 * rms, "f\(stage)")
        }
    }

    @Test(arguments: [
        (EncoderName.vgg16, EncoderPadding.zero, 224, [224, 112, 56, 28, 14]),
        (.vgg16, .none, 224, [220, 106, 47, 17, 2]), (.vgg16, .reflect, 224, [224, 112, 56, 28, 14]),
        (.vgg19, .circular, 224, [224, 112, 56, 28, 14]), (.vgg19_bn, .none, 252, [248, 120, 52, 18, 1]),
        (.vgg5, .none, 78, [76, 36, 16, 6, 1]), (.vgg5, .zero, 96, [96, 48, 24, 12, 6]),
    ])
    func `the stages have the sizes that the padding leaves`(
        encoder: EncoderName, padding: EncoderPadding, side: Int, sides: [Int]
    ) throws {
        let network = try encoder.network(weights: ZeroWeights(), padding: padding)
        let image = Shape(images: 1, height: side, width: side, channels: 3)
        let shapes = try network.stages.map { try network.shape(ofStage: $0.number, for: image) }
        #expect(shapes.map(\.width) == sides)
        let isSmall = encoder == .vgg5
        #expect(shapes.map(\.channels) == (isSmall ? [16, 32, 64, 128, 128] : [64, 128, 256, 512, 512]))
        #expect(network.stages.map(\.channels) == shapes.map(\.channels))
    }

    @Test func `an image that is too small without padding is refused when the network is asked`() throws {
        let network = try EncoderName.vgg16.network(weights: ZeroWeights(), padding: .none)
        #expect(throws: ShapeError.self) {
            try network.shape(ofStage: 5, for: Shape(images: 1, height: 100, width: 100, channels: 3))
        }
    }
}

@Suite("Batch norm of an encoder")
struct FoldedBatchNormTests {
    /// One channel of each kind: the formula of PyTorch's BatchNorm2d in evaluation, in double precision.
    private struct NormalisedWeights: EncoderWeights {
        func tensor(_ name: String, shape: [Int]) throws(DataError) -> [Float] {
            let salt = name.utf8.reduce(0) { $0 + Int($1) }
            let values = hashed(count: shape.reduce(1, *), salt: salt)
            return name.hasSuffix("running_var") ? values.map { $0 * 0.4 + 0.6 } : values
        }
    }

    @Test func `the first stage's first layer is convolution, norm and ReLU`() throws {
        let weights = NormalisedWeights()
        let network = try #require(try EncoderName.vgg16_bn.network(weights: weights, padding: .none) as? VGG)
        let layer = network.blocks[0][0]
        func read(_ name: String, _ shape: [Int]) throws -> [Double] {
            try weights.tensor("features.\(name)", shape: shape).map(Double.init)
        }
        let filter = try read("0.weight", [64, 3, 3, 3])
        let (bias, gamma) = (try read("0.bias", [64]), try read("1.weight", [64]))
        let (beta, mean) = (try read("1.bias", [64]), try read("1.running_mean", [64]))
        let variance = try read("1.running_var", [64])
        let pixels = hashed(count: 27, salt: 3)
        let output = layer(Tensor(Shape(images: 1, height: 3, width: 3, channels: 3), values: pixels))
        for channel in 0..<64 {
            var sum = bias[channel]
            for input in 0..<3 {
                for place in 0..<9 {
                    sum += filter[(channel * 3 + input) * 9 + place] * Double(pixels[place * 3 + input])
                }
            }
            let normalised = (sum - mean[channel]) / (variance[channel] + 1e-5).squareRoot()
            let expected = max(0, gamma[channel] * normalised + beta[channel])
            #expect(abs(Double(output[0, 0, 0, channel]) - expected) <= 2e-6 * max(1, expected))
        }
    }
}
