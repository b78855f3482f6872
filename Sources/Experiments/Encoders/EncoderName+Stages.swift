extension EncoderName {
    /// What can be tapped, from the image on; 0 is a ResNet's stem.
    package var stages: [EncoderStage] { architecture.stages }

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

    /// Some stages among those of which features are kept.
    ///
    /// - Parameters:
    ///   - wanted: The numbers of the stages.
    ///   - kept: The numbers of those that are kept, ascending.
    /// - Returns: Their places among these, and their channels.
    /// - Throws: `ExperimentError.noSuchStage` for a stage that is not kept.
    package func selection(of wanted: [Int], among kept: [Int]) throws(ExperimentError) -> StageSelection {
        for stage in wanted where !kept.contains(stage) { throw .noSuchStage(stage, known: stages.map(\.number)) }
        let places = kept.indices.filter { wanted.contains(kept[$0]) }
        return StageSelection(places: places, channels: places.map { channels(of: [kept[$0]]) })
    }
}
