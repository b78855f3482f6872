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

private func hashed(count: Int, salt: Int) -> [Float] {
    (0..<count).map { index in
        let bits = (UInt64(index + salt) &* 2_654_435_761) & 0xffff_ffff
        return Float(Double(bits >> 8) / 8_388_608 - 1)
    }
}

@Suite("VGG-16")
struct VGG16Tests {
    @Test(arguments: [(EncoderPadding.zero, 36), (.none, 221)])
    func `every stage agrees with PyTorch`(padding: EncoderPadding, side: Int) throws {
        let network = try VGG16(weights: HashedWeights(), padding: padding)
        let image = Tensor(
            Shape(images: 1, height: side, width: side, channels: 3),
            values: hashed(count: side * side * 3, salt: 7).map { $0 * 0.5 + 0.5 })
        let expected = try NumPyFile(readingFrom: fixture("vgg_\(padding.rawValue).npy")).values
        var position = 0
        network.visitStages(of: image, through: 5) { stage, maps in
            let sample = sampled(maps)
            let reference = expected[position..<position + sample.count]
            position += sample.count
            let error = zip(sample, reference).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) }
            let norm = reference.reduce(0.0) { $0 + pow(Double($1), 2) }
            #expect((error / norm).squareRoot() <= 1e-5, "f\(stage)")
        }
        #expect(position == expected.count)
    }

    /// Six by six positions or so and every 16th channel, as the fixture's script takes them.
    private func sampled(_ maps: Tensor) -> [Float] {
        let step = max(1, maps.shape.height / 6)
        var values: [Float] = []
        for row in stride(from: 0, to: maps.shape.height, by: step) {
            for column in stride(from: 0, to: maps.shape.width, by: step) {
                for channel in stride(from: 0, to: maps.shape.channels, by: 16) {
                    values.append(maps[0, row, column, channel])
                }
            }
        }
        return values
    }

    @Test(arguments: zip([EncoderPadding.zero, .none], [[224, 112, 56, 28, 14], [220, 106, 47, 17, 2]]))
    func `the stages of a 224 pixel wide image have the paper's sizes`(padding: EncoderPadding, sides: [Int]) throws {
        let network = try VGG16(weights: ZeroWeights(), padding: padding)
        let shapes = try network.stageShapes(for: Shape(images: 1, height: 224, width: 224, channels: 3))
        #expect(shapes.map(\.width) == sides)
        #expect(shapes.map(\.channels) == [64, 128, 256, 512, 512])
    }

    @Test func `an image that is too small without padding is refused when the network is asked`() throws {
        let network = try VGG16(weights: ZeroWeights(), padding: .none)
        #expect(throws: ShapeError.self) {
            try network.stageShapes(for: Shape(images: 1, height: 100, width: 100, channels: 3))
        }
    }
}
