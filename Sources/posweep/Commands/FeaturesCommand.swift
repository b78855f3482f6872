import ArgumentParser
import Cluster
import ConvEngine
import Experiments
import Foundation

struct FeaturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "features",
        abstract: "Write the features that a readout would see.",
        discussion: """
            The output is float32, [image, row, column, channel]: the stages one after
            another by channel, each resized to SIZE x SIZE, bilinear with aligned
            corners. Images are resized as Pillow does.

            Example:

              posweep features --encoder vgg16 --weights vgg16.safetensors \\
                --normalise imagenet *.jpg --output f.npy
            """)

    @Option(help: "The encoder: \(EncoderName.allCases.map(\.rawValue).joined(separator: ", ")).")
    var encoder = EncoderName.vgg16

    @Option(
        help: "A weights file of torchvision, .pth or .safetensors; without it weights are drawn.",
        completion: .weightsFile)
    var weights: String?

    @Option(help: "The seed of drawn weights.")
    var seed = 1

    @Option(help: "The convolutions' padding: \(EncoderPadding.allCases.map(\.rawValue).joined(separator: ", ")).")
    var padding = EncoderPadding.zero

    @Option(help: "The stages to write, ascending, e.g. 1,2,3; 0 is a ResNet's stem.")
    var stages = "all"

    @Option(help: "Side of the features.")
    var size = FeatureExtractor.paperSide

    @Option(help: "Side to which images are resized.")
    var imageSize = 224

    @Option(help: "What is done to images in [0, 1]: none or imagenet.")
    var normalise = Normalisation.none

    @Option(help: "Threads that compute; by default all cores.")
    var threads: Int?

    @Option(help: ArgumentHelp("The .npy file to write.", valueName: "file"), completion: .file(extensions: ["npy"]))
    var output: String

    @Argument(help: "JPEG or PNG files.", completion: .file(extensions: ["jpg", "jpeg", "png"]))
    var images: [String]

    @OptionGroup var form: OutputForm

    private struct Written: Encodable {
        let file: String
        /// Images, rows, columns, channels.
        let shape: [Int]
        let encoder: String
        let stages: [Int]
        let images: [String]
    }

    func validate() throws {
        guard !images.isEmpty else { throw ValidationError("name at least one image") }
        guard (1...512).contains(size) else { throw ValidationError("--size \(size): choose 1 to 512") }
        guard (16...2048).contains(imageSize) else { throw ValidationError("--image-size: choose 16 to 2048") }
        guard (1...256).contains(threads ?? 1) else { throw ValidationError("--threads must be from 1 to 256") }
        _ = try stageNumbers()
    }

    private func stageNumbers() throws -> [Int] {
        guard stages != "all" else { return [] }
        let numbers = stages.split(separator: ",").map { Int($0) }
        let stages = numbers.compactMap(\.self)
        guard stages.count == numbers.count, !stages.isEmpty, Set(stages).count == stages.count,
            stages == stages.sorted(), stages.allSatisfy((0...5).contains)
        else {
            throw ValidationError("--stages \(self.stages): give all, or ascending numbers from 0 to 5, e.g. 1,3,5")
        }
        return stages
    }

    func run() throws {
        var settings = EncoderSettings()
        settings.name = encoder
        settings.padding = padding
        settings.normalise = normalise
        settings.seed = seed
        settings.stages = try stageNumbers()
        let source = try WeightsSource(settings, file: weights)
        let extractor = try FeatureExtractor(settings, weights: source, imageSide: imageSize, side: size)
        let files = images.map { URL(filePath: $0) }
        let groups = stride(from: 0, to: files.count, by: 4).map { Array(files[$0..<min($0 + 4, files.count)]) }
        let side = imageSize
        let features = try ImageTeam(threads: threads ?? Host.current.cores).map(groups.count) { group in
            let images = try groups[group].map { file in
                PixelImage(try RGBImage(decoding: file).resized(width: side, height: side)).tensor
            }
            return extractor(Tensor(stacking: images)).map(\.stacked.values)
        }.flatMap(\.self)
        let shape = [files.count, size, size, extractor.channels]
        try NumPyFile(shape: shape, values: features.flatMap(\.self)).write(to: URL(filePath: output))
        try form.show(
            Written(
                file: output, shape: shape, encoder: encoder.rawValue, stages: settings.stages, images: images),
            "\(output): \(shape)")
    }
}

extension EncoderName: ExpressibleByArgument {}
extension EncoderPadding: ExpressibleByArgument {}
extension Normalisation: ExpressibleByArgument {}
