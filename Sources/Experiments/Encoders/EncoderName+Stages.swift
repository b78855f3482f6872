extension EncoderName {
    /// What can be tapped, from the image on; 0 is a ResNet's stem.
    package var stages: [EncoderStage] {
        switch self {
        case .none: RawImage.stages
        case .vgg16, .vgg16_bn, .vgg19, .vgg19_bn: VGG.stages
        case .resnet50, .resnet101, .resnet152: ResNet.stages
        }
    }

    /// The numbers of the stages that can be tapped.
    package var stageNumbers: ClosedRange<Int> {
        let numbers = stages.map(\.number)
        return (numbers.first ?? 1)...(numbers.last ?? 1)
    }

    /// The stages that are read where none are named: all but the stem.
    package var defaultStages: [Int] { stageNumbers.filter { $0 > 0 } }

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
}
