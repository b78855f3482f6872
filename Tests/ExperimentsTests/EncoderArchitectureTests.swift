import ConvEngine
import Experiments
import Foundation
import Testing

/// What holds of every encoder, also of one that is added.
@Suite("Encoders")
struct EncoderArchitectureTests {
    @Test func `they have the names that sweep files give them, in the order of help`() {
        let names = EncoderName.allCases.map(\.rawValue)
        let first = [
            "none", "vgg5", "vgg5_bn", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn", "resnet50", "resnet101", "resnet152",
        ]
        #expect(Array(names.prefix(first.count)) == first)
        #expect(Set(names).count == names.count)
        #expect(EncoderName.allCases == names.compactMap(EncoderName.init))
        #expect(EncoderName(rawValue: "vgg") == nil)
    }

    @Test func `in JSON an encoder is its name`() throws {
        let json = try JSONEncoder().encode([EncoderName.none, .resnet152])
        #expect(String(decoding: json, as: UTF8.self) == #"["none","resnet152"]"#)
        #expect(try JSONDecoder().decode([EncoderName].self, from: json) == [.none, .resnet152])
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([EncoderName].self, from: Data(#"["vgg"]"#.utf8))
        }
    }

    @Test(arguments: EncoderName.allCases)
    func `the stages of an encoder's network are as large as its layers say`(encoder: EncoderName) throws {
        let network = try encoder.network(weights: NoWeights(), padding: .zero)
        #expect(network.stages == encoder.stages)
        let numbers = encoder.stages.map(\.number)
        #expect(numbers == Array(encoder.stageNumbers))
        for side in [90, 96] {
            let images = Shape(images: 1, height: side, width: side, channels: 3)
            for stage in encoder.stages {
                let shape = try network.shape(ofStage: stage.number, for: images)
                #expect(shape.channels == stage.channels)
                #expect(shape.height == shape.width)
                let kept = min(FeatureExtractor.paperSide, shape.height)
                #expect(
                    encoder.featureBytes(of: [stage.number], imageSide: side) == 4 * kept * kept * stage.channels,
                    "stage \(stage.number) of images of \(side) pixels")
            }
        }
    }

    @Test(arguments: EncoderName.allCases.filter { $0 != .none })
    func `an encoder that takes time to compute is said to`(encoder: EncoderName) {
        var trial = TrialSettings()
        trial.encoder.name = .none
        let free = ExperimentCost([trial]).secondsPerImage
        trial.encoder.name = encoder
        #expect(ExperimentCost([trial]).secondsPerImage > free)
    }
}

/// Zeros.
private struct NoWeights: EncoderWeights {
    func tensor(_ name: String, shape: [Int]) throws(DataError) -> [Float] {
        [Float](repeating: 0, count: shape.reduce(1, *))
    }
}
