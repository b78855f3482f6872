package import ConvEngine

/// VGG-16 up to its last convolution, tapped after the ReLU that ends each block and before its max-pool.
///
/// Simonyan and Zisserman 2015, in torchvision's layout; the taps are the authors' (torchvision's `features` 3, 8, 15,
/// 22 and 29), with 64, 128, 256, 512 and 512 channels.
///
/// - Note: Without padding the same filters run with padding 0, so a 224 pixel wide image gives maps that are 220, 106,
///   47, 17 and 2 pixels wide.
package struct VGG16: Encoder {
    package static let widths = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]]

    package let blocks: [[Convolution]]
    private let pool: MaxPool

    package var stageChannels: [Int] { Self.widths.compactMap(\.last) }

    /// Builds the network from weights under torchvision's names, `features.0.weight` and so on.
    ///
    /// - Throws: `DataError` where the weights lack a tensor or have another shape, `ShapeError` where a layer cannot be.
    package init(weights: some EncoderWeights, padding: EncoderPadding) throws {
        var inputChannels = 3
        var index = 0
        var blocks: [[Convolution]] = []
        for widths in Self.widths {
            var block: [Convolution] = []
            for width in widths {
                let name = "features.\(index)"
                let filter = try Filter(
                    outputChannels: width, inputChannels: inputChannels, kernel: 3,
                    values: try weights.tensor("\(name).weight", shape: [width, inputChannels, 3, 3]))
                block.append(
                    try Convolution(
                        name, filter: filter, bias: try weights.tensor("\(name).bias", shape: [width]),
                        padding: padding == .zero ? .zero(1) : .none, activation: .relu))
                inputChannels = width
                index += 2  // torchvision counts the ReLU behind each convolution,
            }
            index += 1  // and the max-pool behind each block.
            blocks.append(block)
        }
        self.blocks = blocks
        pool = try MaxPool(size: 2, stride: 2)
    }

    package func stageShapes(for images: Shape) throws(ShapeError) -> [Shape] {
        var shape = images
        var shapes: [Shape] = []
        for (number, block) in blocks.enumerated() {
            if number > 0 { shape = try pool.outputShape(for: shape) }
            for convolution in block { shape = try convolution.outputShape(for: shape) }
            shapes.append(shape)
        }
        return shapes
    }

    package func visitStages(of images: Tensor, through last: Int, _ visit: (Int, Tensor) -> Void) {
        var maps = images
        for (number, block) in blocks.prefix(last).enumerated() {
            if number > 0 { maps = pool(maps) }
            for convolution in block { maps = convolution(maps) }
            visit(number + 1, maps)
        }
    }
}
