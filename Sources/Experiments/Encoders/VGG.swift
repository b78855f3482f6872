package import ConvEngine

/// VGG-16, VGG-19 or a small VGG of five convolutions up to the last one, tapped after the ReLU that ends each block and
/// before its max-pool.
///
/// Simonyan and Zisserman 2015, in torchvision's layout; the taps are the authors' (torchvision's `features` 3, 8, 15,
/// 22 and 29 of VGG-16), with 64, 128, 256, 512 and 512 channels. Behind a batch norm the tap is still the ReLU. The small one
/// is ours, for training in a minute: one convolution a block, with 16, 32, 64, 128 and 128 channels.
///
/// - Note: Without padding the same filters run with padding 0, so a 224 pixel wide image gives maps of VGG-16 that are
///   220, 106, 47, 17 and 2 pixels wide. VGG-19 needs images of at least 252 pixels for its fifth stage,
///   the small one images of 78.
package struct VGG: Encoder {
    package let blocks: [[Convolution]]
    package let stages: [EncoderStage]
    private let pool: MaxPool

    private init(_ variant: Variant, _ makers: EncoderLayers<some EncoderWeights>) throws {
        stages = variant.stages
        blocks = try variant.blocks.map { block in try block.map { try makers.convolution($0) } }
        pool = try MaxPool(size: 2, stride: 2)
    }

    package func shape(ofStage stage: Int, for images: Shape) throws(ShapeError) -> Shape {
        var shape = images
        for (number, block) in blocks.prefix(stage).enumerated() {
            if number > 0 { shape = try pool.outputShape(for: shape) }
            for convolution in block { shape = try convolution.outputShape(for: shape) }
        }
        return shape
    }

    package func stage(
        _ stage: Int, from maps: Tensor, isLast: Bool, team: ImageTeam?
    ) -> (tapped: Tensor, next: Tensor) {
        var maps = maps
        for convolution in blocks[stage].dropLast() { maps = convolution(maps, team: team) }
        guard let tapped = blocks[stage].last else { return (maps, maps) }
        if isLast {
            maps = tapped(maps, team: team)
            return (maps, maps)
        }
        let (whole, pooled) = tapped.withPool(maps, team: team)
        return (whole, pooled)
    }
}

extension VGG {
    /// The VGGs that there are.
    static let variants: [any EncoderArchitecture] = [
        Variant(name: "vgg5", convolutions: ones, widths: narrow, secondsPerPass: 0.01),
        Variant(name: "vgg5_bn", convolutions: ones, widths: narrow, isNormalised: true, secondsPerPass: 0.01),
        Variant(
            name: "vgg16", convolutions: [2, 2, 3, 3, 3], secondsPerPass: 0.12,
            publishedWeights: "vgg16-397923af.pth"),
        Variant(
            name: "vgg16_bn", convolutions: [2, 2, 3, 3, 3], isNormalised: true, secondsPerPass: 0.12,
            publishedWeights: "vgg16_bn-6c64b313.pth"),
        Variant(
            name: "vgg19", convolutions: [2, 2, 4, 4, 4], secondsPerPass: 0.15,
            publishedWeights: "vgg19-dcbb9e9d.pth"),
        Variant(
            name: "vgg19_bn", convolutions: [2, 2, 4, 4, 4], isNormalised: true, secondsPerPass: 0.15,
            publishedWeights: "vgg19_bn-c79401a0.pth"),
    ]

    private static let (ones, narrow) = ([1, 1, 1, 1, 1], [16, 32, 64, 128, 128])

    /// A depth, with batch norm or without.
    private struct Variant: EncoderArchitecture {
        let name: String
        /// How many convolutions each block has.
        let convolutions: [Int]
        /// The channels of each block.
        var widths = [64, 128, 256, 512, 512]
        var isNormalised = false
        let secondsPerPass: Double
        var publishedWeights: String?

        var stages: [EncoderStage] {
            widths.enumerated().map { EncoderStage(number: $0 + 1, channels: $1, isShallow: $0 < 3) }
        }

        /// The convolutions of each block.
        var blocks: [[ConvolutionLayout]] {
            var inputs = 3
            var index = 0
            return zip(widths, convolutions).map { width, convolutions in
                // torchvision counts the max-pool behind each block,
                defer { index += 1 }
                return (0..<convolutions).map { _ in
                    // and what stands behind each convolution.
                    defer { (inputs, index) = (width, index + (isNormalised ? 3 : 2)) }
                    return ConvolutionLayout(
                        name: "features.\(index)", norm: isNormalised ? "features.\(index + 1)" : nil, hasBias: true,
                        inputs: inputs, outputs: width, kernel: 3)
                }
            }
        }

        var trainableBlocks: [[ConvolutionLayout]]? { blocks }

        func layers(imageSide: Int) -> [[LayerAtWork]] {
            blocks.enumerated().map { number, block in block.map { LayerAtWork($0, side: imageSide >> number) } }
        }

        func network(_ makers: EncoderLayers<some EncoderWeights>) throws -> any Encoder { try VGG(self, makers) }
    }
}
