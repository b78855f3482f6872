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

    /// What can be tapped, from the image on; 0 is a ResNet's stem.
    package var stages: [EncoderStage] {
        switch self {
        case .none: RawImage.stages
        case .vgg16, .vgg16_bn, .vgg19, .vgg19_bn: VGG.stages
        case .resnet50, .resnet101, .resnet152: ResNet.stages
        }
    }

    /// How many channels some stages have together: 1,472 for the five of VGG-16.
    package func channels(of stages: [Int]) -> Int {
        self.stages.reduce(0) { sum, stage in stages.contains(stage.number) ? sum + stage.channels : sum }
    }

    /// Where the channels of some stages lie when others are stacked with them.
    ///
    /// - Parameters:
    ///   - wanted: The numbers of the stages.
    ///   - stacked: The numbers of those that are stacked, ascending.
    /// - Returns: Ranges that do not touch.
    /// - Throws: `ExperimentError.noSuchStage` for a stage that is not stacked.
    package func channelRanges(of wanted: [Int], in stacked: [Int]) throws(ExperimentError) -> [Range<Int>] {
        for stage in wanted where !stacked.contains(stage) { throw .noSuchStage(stage, known: stages.map(\.number)) }
        var ranges: [Range<Int>] = []
        var first = 0
        for stage in stacked {
            let range = first..<first + channels(of: [stage])
            first = range.upperBound
            guard wanted.contains(stage) else { continue }
            if let last = ranges.last, last.upperBound == range.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
            } else {
                ranges.append(range)
            }
        }
        return ranges
    }

    /// The tensors that the encoder is made of, under torchvision's names, without a classifier's.
    package var tensors: [(name: String, shape: [Int])] {
        let convolutions: [ConvolutionLayout] =
            switch self {
            case .none: []
            case .vgg16: VGG.layout(.sixteen, isNormalised: false).flatMap(\.self)
            case .vgg16_bn: VGG.layout(.sixteen, isNormalised: true).flatMap(\.self)
            case .vgg19: VGG.layout(.nineteen, isNormalised: false).flatMap(\.self)
            case .vgg19_bn: VGG.layout(.nineteen, isNormalised: true).flatMap(\.self)
            case .resnet50: ResNet.convolutions(.fifty)
            case .resnet101: ResNet.convolutions(.hundredAndOne)
            case .resnet152: ResNet.convolutions(.hundredAndFiftyTwo)
            }
        return convolutions.flatMap(\.tensors)
    }
}
