package import ConvEngine

/// ResNet-50, -101 or -152 up to its last block, tapped behind each of its four layers.
///
/// He et al. 2016 in torchvision's layout, which has the stride in a block's 3x3 convolution ("v1.5"). The taps are the
/// authors': the outputs of layer1 to layer4, with 256, 512, 1024 and 2048 channels. Stage 0 is the stem, the ReLU behind
/// the first convolution, with 64 channels.
///
/// - Note: Padding is that of the convolutions; the stem's max-pool looks at the smaller window at its border, as it does
///   in every variant. Without padding each block's 3x3 convolution takes a pixel from every side, and its shortcut is
///   cut by the same pixel: what is added lies over the same place of the image. Images must then be larger than 224
///   pixels: 423 for all stages of ResNet-50, 967 for those of ResNet-101 and 1447 for those of ResNet-152.
package struct ResNet: Encoder {
    package let stages: [EncoderStage]
    private let stem: Convolution
    private let pool: MaxPool
    private let layers: [[Bottleneck]]

    private init(_ variant: Variant, _ makers: EncoderLayers<some EncoderWeights>) throws {
        stages = variant.stages
        stem = try makers.convolution(Variant.stem)
        pool = try MaxPool(size: 3, stride: 2, padding: 1)
        layers = try variant.layers.map { blocks in try blocks.map { try Bottleneck($0, makers) } }
    }

    package func shape(ofStage stage: Int, for images: Shape) throws(ShapeError) -> Shape {
        var shape = try stem.outputShape(for: images)
        guard stage > 0 else { return shape }
        shape = try pool.outputShape(for: shape)
        for block in layers.prefix(stage).joined() { shape = try block.outputShape(for: shape) }
        return shape
    }

    package func stage(
        _ stage: Int, from maps: Tensor, isLast: Bool, team: ImageTeam?
    ) -> (tapped: Tensor, next: Tensor) {
        if stage == 0 {
            let maps = stem(maps, team: team)
            return (maps, isLast ? maps : pool(maps))
        }
        var maps = maps
        for block in layers[stage - 1] { block.run(on: &maps, team: team) }
        return (maps, maps)
    }
}

/// A residual block: 1x1 to fewer channels, 3x3, 1x1 to more, and the input added to what comes out.
private struct Bottleneck: Sendable {
    private let reducing: Convolution
    private let spatial: Convolution
    private let expanding: Convolution
    /// Brings the input to the output's size and channels where they differ.
    private let shortcut: Convolution?
    /// What an unpadded 3x3 convolution takes from every side.
    private let crop: Int

    init(_ layout: BottleneckLayout, _ makers: EncoderLayers<some EncoderWeights>) throws {
        reducing = try makers.convolution(layout.reducing)
        spatial = try makers.convolution(layout.spatial)
        expanding = try makers.convolution(layout.expanding)
        shortcut = try layout.shortcut.map { try makers.convolution($0) }
        crop = makers.padding == .none ? 1 : 0
    }

    func outputShape(for input: Shape) throws(ShapeError) -> Shape {
        try expanding.outputShape(for: spatial.outputShape(for: reducing.outputShape(for: input)))
    }

    func run(on maps: inout Tensor, team: ImageTeam?) {
        let inner = spatial(reducing(maps, team: team), team: team)
        if crop > 0 { maps = maps.cropped(by: crop) }
        if let shortcut { maps = shortcut(maps, team: team) }
        expanding(inner, addingTo: &maps, team: team)
    }
}

extension ResNet {
    /// The ResNets that there are.
    static let variants: [any EncoderArchitecture] = [
        Variant(
            name: "resnet50", blocks: [3, 4, 6, 3], secondsPerPass: 0.12, publishedWeights: "resnet50-0676ba61.pth"),
        Variant(
            name: "resnet101", blocks: [3, 4, 23, 3], secondsPerPass: 0.2, publishedWeights: "resnet101-63fe2227.pth"),
        Variant(
            name: "resnet152", blocks: [3, 8, 36, 3], secondsPerPass: 0.28,
            publishedWeights: "resnet152-394f9c45.pth"),
    ]

    /// A depth.
    private struct Variant: EncoderArchitecture {
        let name: String
        /// How many blocks each layer has.
        let blocks: [Int]
        let secondsPerPass: Double
        let publishedWeights: String?

        private static let widths = [64, 128, 256, 512]
        static let stem = ConvolutionLayout(name: "conv1", norm: "bn1", inputs: 3, outputs: 64, kernel: 7, stride: 2)

        var stages: [EncoderStage] {
            [EncoderStage(number: 0, channels: 64, isShallow: true)]
                + Self.widths.enumerated().map {
                    EncoderStage(number: $0 + 1, channels: $1 * BottleneckLayout.expansion, isShallow: $0 < 2)
                }
        }

        /// The blocks of each layer.
        var layers: [[BottleneckLayout]] {
            var channels = 64
            return zip(Self.widths, blocks).enumerated().map { layer, size in
                (0..<size.1).map { block in
                    defer { channels = size.0 * BottleneckLayout.expansion }
                    return BottleneckLayout(
                        name: "layer\(layer + 1).\(block)", inputs: channels, width: size.0,
                        stride: layer > 0 && block == 0 ? 2 : 1)
                }
            }
        }

        func layers(imageSide: Int) -> [[LayerAtWork]] {
            let stem = LayerAtWork(Self.stem, side: imageSide)
            // The stem's pool halves the maps once more.
            var side = (stem.outputSide - 1) / 2 + 1
            return [[stem]]
                + layers.map { blocks in
                    blocks.flatMap { block in
                        defer { side = (side - 1) / block.stride + 1 }
                        return block.layers(side: side)
                    }
                }
        }

        func network(_ makers: EncoderLayers<some EncoderWeights>) throws -> any Encoder { try ResNet(self, makers) }
    }
}

/// The convolutions of a residual block.
private struct BottleneckLayout {
    let name: String
    let inputs: Int
    let width: Int
    let stride: Int

    private func convolution(
        _ number: Int, from inputs: Int, to outputs: Int, kernel: Int, stride: Int = 1, _ activation: Activation
    ) -> ConvolutionLayout {
        ConvolutionLayout(
            name: "\(name).conv\(number)", norm: "\(name).bn\(number)", inputs: inputs, outputs: outputs,
            kernel: kernel, stride: stride, activation: activation)
    }

    /// How many times wider the output is than what the 3x3 convolution sees.
    static let expansion = 4

    private var expanded: Int { width * BottleneckLayout.expansion }
    var reducing: ConvolutionLayout { convolution(1, from: inputs, to: width, kernel: 1, .relu) }
    var spatial: ConvolutionLayout { convolution(2, from: width, to: width, kernel: 3, stride: stride, .relu) }
    /// Its rectifier stands behind the sum with the shortcut.
    var expanding: ConvolutionLayout { convolution(3, from: width, to: expanded, kernel: 1, .relu) }
    var shortcut: ConvolutionLayout? {
        guard stride != 1 || inputs != expanded else { return nil }
        return ConvolutionLayout(
            name: "\(name).downsample.0", norm: "\(name).downsample.1", inputs: inputs, outputs: expanded, kernel: 1,
            stride: stride, activation: .identity)
    }

    /// What runs where the block reads maps of this side.
    func layers(side: Int) -> [LayerAtWork] {
        let spatial = LayerAtWork(spatial, side: side)
        let shortcut = shortcut.map { LayerAtWork($0, side: side) }
        return [LayerAtWork(reducing, side: side), spatial, LayerAtWork(expanding, side: spatial.outputSide)]
            + (shortcut.map { [$0] } ?? [])
    }
}
