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
    /// How many blocks each layer has.
    enum Depth {
        case fifty, hundredAndOne, hundredAndFiftyTwo

        var blocks: [Int] {
            switch self {
            case .fifty: [3, 4, 6, 3]
            case .hundredAndOne: [3, 4, 23, 3]
            case .hundredAndFiftyTwo: [3, 8, 36, 3]
            }
        }
    }

    private static let widths = [64, 128, 256, 512]

    private let stem: Convolution
    private let pool: MaxPool
    private let layers: [[Bottleneck]]

    package static let stages =
        [EncoderStage(number: 0, channels: 64)]
        + widths.enumerated().map { EncoderStage(number: $0 + 1, channels: $1 * Bottleneck.expansion) }

    init(_ depth: Depth, _ makers: EncoderLayers<some EncoderWeights>) throws {
        stem = try makers.convolution("conv1", norm: "bn1", hasBias: false, from: 3, to: 64, kernel: 7, stride: 2)
        pool = try MaxPool(size: 3, stride: 2, padding: 1)
        var channels = 64
        var layers: [[Bottleneck]] = []
        for (layer, (width, count)) in zip(Self.widths, depth.blocks).enumerated() {
            var blocks: [Bottleneck] = []
            for block in 0..<count {
                blocks.append(
                    try Bottleneck(
                        "layer\(layer + 1).\(block)", from: channels, width: width,
                        stride: layer > 0 && block == 0 ? 2 : 1, makers))
                channels = width * Bottleneck.expansion
            }
            layers.append(blocks)
        }
        self.layers = layers
    }

    package func shape(ofStage stage: Int, for images: Shape) throws(ShapeError) -> Shape {
        var shape = try stem.outputShape(for: images)
        guard stage > 0 else { return shape }
        shape = try pool.outputShape(for: shape)
        for block in layers.prefix(stage).joined() { shape = try block.outputShape(for: shape) }
        return shape
    }

    package func visitStages(of images: Tensor, through last: Int, _ visit: (Int, Tensor) -> Void) {
        var maps = stem(images)
        visit(0, maps)
        guard last > 0 else { return }
        maps = pool(maps)
        for (number, blocks) in layers.prefix(last).enumerated() {
            for block in blocks { maps = block(maps) }
            visit(number + 1, maps)
        }
    }
}

/// A residual block: 1x1 to fewer channels, 3x3, 1x1 to more, and the input added to what comes out.
private struct Bottleneck: Sendable {
    static let expansion = 4

    private let reducing: Convolution
    private let spatial: Convolution
    private let expanding: Convolution
    /// Brings the input to the output's size and channels where they differ.
    private let shortcut: Convolution?
    /// What an unpadded 3x3 convolution takes from every side.
    private let crop: Int

    init(
        _ name: String, from channels: Int, width: Int, stride: Int, _ makers: EncoderLayers<some EncoderWeights>
    ) throws {
        func convolution(
            _ number: Int, from input: Int, to output: Int, kernel: Int, stride: Int = 1, _ activation: Activation
        ) throws -> Convolution {
            try makers.convolution(
                "\(name).conv\(number)", norm: "\(name).bn\(number)", hasBias: false, from: input, to: output,
                kernel: kernel, stride: stride, activation: activation)
        }
        let expanded = width * Self.expansion
        reducing = try convolution(1, from: channels, to: width, kernel: 1, .relu)
        spatial = try convolution(2, from: width, to: width, kernel: 3, stride: stride, .relu)
        expanding = try convolution(3, from: width, to: expanded, kernel: 1, .identity)
        shortcut =
            stride == 1 && channels == expanded
            ? nil
            : try makers.convolution(
                "\(name).downsample.0", norm: "\(name).downsample.1", hasBias: false, from: channels, to: expanded,
                kernel: 1, stride: stride, activation: .identity)
        crop = makers.padding == .none ? 1 : 0
    }

    func outputShape(for input: Shape) throws(ShapeError) -> Shape {
        try expanding.outputShape(for: spatial.outputShape(for: reducing.outputShape(for: input)))
    }

    func callAsFunction(_ input: Tensor) -> Tensor {
        var output = expanding(spatial(reducing(input)))
        let inner = crop > 0 ? input.cropped(by: crop) : input
        output.add(shortcut.map { $0(inner) } ?? inner, activation: .relu)
        return output
    }
}
