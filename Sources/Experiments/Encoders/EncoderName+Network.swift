extension EncoderName {
    /// Builds the network.
    ///
    /// - Parameters:
    ///   - weights: Its weights under torchvision's names.
    ///   - padding: What its convolutions read outside their maps.
    /// - Returns: The network, in evaluation.
    /// - Throws: `DataError` where a tensor is missing or has another shape.
    package func network(weights: some EncoderWeights, padding: EncoderPadding) throws -> any Encoder {
        let layers = EncoderLayers(weights: weights, padding: padding)
        return switch self {
        case .none: RawImage()
        case .vgg5: try VGG(.five, isNormalised: false, layers)
        case .vgg5_bn: try VGG(.five, isNormalised: true, layers)
        case .vgg16: try VGG(.sixteen, isNormalised: false, layers)
        case .vgg16_bn: try VGG(.sixteen, isNormalised: true, layers)
        case .vgg19: try VGG(.nineteen, isNormalised: false, layers)
        case .vgg19_bn: try VGG(.nineteen, isNormalised: true, layers)
        case .resnet50: try ResNet(.fifty, layers)
        case .resnet101: try ResNet(.hundredAndOne, layers)
        case .resnet152: try ResNet(.hundredAndFiftyTwo, layers)
        }
    }

    /// The tensors that the encoder is made of, under torchvision's names, without a classifier's.
    package var tensors: [(name: String, shape: [Int])] {
        let convolutions: [ConvolutionLayout] =
            switch self {
            case .none: []
            case .vgg5, .vgg5_bn, .vgg16, .vgg16_bn, .vgg19, .vgg19_bn: vggBlocks?.flatMap(\.self) ?? []
            case .resnet50: ResNet.convolutions(.fifty)
            case .resnet101: ResNet.convolutions(.hundredAndOne)
            case .resnet152: ResNet.convolutions(.hundredAndFiftyTwo)
            }
        return convolutions.flatMap(\.tensors)
    }

    /// The convolutions of each block of a VGG; nil for other encoders.
    var vggBlocks: [[ConvolutionLayout]]? {
        switch self {
        case .vgg5: VGG.layout(.five, isNormalised: false)
        case .vgg5_bn: VGG.layout(.five, isNormalised: true)
        case .vgg16: VGG.layout(.sixteen, isNormalised: false)
        case .vgg16_bn: VGG.layout(.sixteen, isNormalised: true)
        case .vgg19: VGG.layout(.nineteen, isNormalised: false)
        case .vgg19_bn: VGG.layout(.nineteen, isNormalised: true)
        case .none, .resnet50, .resnet101, .resnet152: nil
        }
    }
}
