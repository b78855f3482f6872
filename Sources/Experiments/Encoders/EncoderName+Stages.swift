extension EncoderName {
    /// The numbers of the stages that can be tapped; 0 is a ResNet's stem.
    package var stageNumbers: ClosedRange<Int> {
        switch self {
        case .none: 1...1
        case .vgg16, .vgg16_bn, .vgg19, .vgg19_bn: 1...5
        case .resnet50, .resnet101, .resnet152: 0...4
        }
    }

    /// The stages that are read where none are named: all but the stem.
    package var defaultStages: [Int] { stageNumbers.filter { $0 > 0 } }
}
