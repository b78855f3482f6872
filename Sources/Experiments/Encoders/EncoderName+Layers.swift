/// One convolution of an encoder at work on images of some size.
struct LayerAtWork: Hashable {
    let inputs: Int
    let outputs: Int
    let kernel: Int
    let stride: Int
    /// Side of the maps that it reads.
    let side: Int

    init(_ layout: ConvolutionLayout, side: Int) {
        (inputs, outputs, kernel, stride) = (layout.inputs, layout.outputs, layout.kernel, layout.stride)
        self.side = side
    }

    /// Side of the maps that it writes, with padding that keeps the size.
    var outputSide: Int { (side - 1) / stride + 1 }

    /// Two for each product of a direct convolution, for one image.
    var operations: Int { 2 * outputSide * outputSide * inputs * outputs * kernel * kernel }
}

extension EncoderName {
    /// All convolutions in the order in which they run, for square images and zero padding.
    func layersAtWork(imageSide: Int) -> [LayerAtWork] {
        switch self {
        case .none: []
        case .vgg5, .vgg5_bn, .vgg16, .vgg16_bn, .vgg19, .vgg19_bn:
            (vggBlocks ?? []).enumerated().flatMap { number, block in
                block.map { LayerAtWork($0, side: imageSide >> number) }
            }
        case .resnet50: ResNet.layersAtWork(.fifty, imageSide: imageSide)
        case .resnet101: ResNet.layersAtWork(.hundredAndOne, imageSide: imageSide)
        case .resnet152: ResNet.layersAtWork(.hundredAndFiftyTwo, imageSide: imageSide)
        }
    }
}

extension ResNet {
    fileprivate static func layersAtWork(_ depth: Depth, imageSide: Int) -> [LayerAtWork] {
        let stem = LayerAtWork(stemLayout, side: imageSide)
        // The stem's pool halves the maps once more.
        var side = (stem.outputSide - 1) / 2 + 1
        return [stem]
            + layout(depth).joined().flatMap { block in
                let reducing = LayerAtWork(block.reducing, side: side)
                let spatial = LayerAtWork(block.spatial, side: side)
                let shortcut = block.shortcut.map { LayerAtWork($0, side: side) }
                side = spatial.outputSide
                return [reducing, spatial, LayerAtWork(block.expanding, side: side)] + (shortcut.map { [$0] } ?? [])
            }
    }
}
