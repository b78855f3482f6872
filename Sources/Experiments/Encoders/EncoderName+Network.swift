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
        case .vgg16: try VGG(.sixteen, isNormalised: false, layers)
        case .vgg16_bn: try VGG(.sixteen, isNormalised: true, layers)
        case .vgg19: try VGG(.nineteen, isNormalised: false, layers)
        case .vgg19_bn: try VGG(.nineteen, isNormalised: true, layers)
        case .resnet50: try ResNet(.fifty, layers)
        case .resnet101: try ResNet(.hundredAndOne, layers)
        case .resnet152: try ResNet(.hundredAndFiftyTwo, layers)
        }
    }
}
