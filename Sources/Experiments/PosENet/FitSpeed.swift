package import ConvEngine

/// How fast this host fits readouts: the paper's five targets on the features of VGG-16, as in Benchmarks/README.md.
package struct FitSpeed {
    private let images: Int
    private let repetitions: Int
    private let team: ImageTeam

    package init(images: Int = 16, repetitions: Int, team: ImageTeam) {
        (self.images, self.repetitions, self.team) = (images, repetitions, team)
    }

    private static var trials: [TrialSettings] {
        PositionMap.ofPaper.map { target in
            var trial = TrialSettings()
            trial.target = target
            (trial.fit.epochs, trial.fit.batch) = (1, 8)
            return trial
        }
    }

    /// Seconds for one training image in one epoch of all five, the middle one of all repetitions.
    package func secondsPerImage() throws -> Double {
        let trials = Self.trials
        let encoder = EncoderName.vgg16
        let channels = encoder.defaultStages.map { encoder.channels(of: [$0]) }
        let readouts = try trials.map { trial in
            try PosENet(
                trial.posenet, channels: channels.reduce(0, +), side: FeatureExtractor.paperSide, seed: trial.seed)
        }
        let selections = trials.map { _ in StageSelection(places: Array(channels.indices), channels: channels) }
        let features = Array(repeating: Self.features(channels), count: images)
        let schedule = Fit.Schedule(trials[0].fit)
        return EngineSpeed.medianSeconds(repetitions: repetitions) {
            var fit = Fit(
                trials: trials, readouts: readouts, selections: selections, schedule: schedule, targetSide: 224,
                team: team)
            fit.run(on: features, stepDone: { _ in }, epochDone: { _, _ in })
        } / Double(images)
    }

    /// What ``ExperimentCost`` takes for the same on one core, in seconds.
    package static var estimate: Double { ExperimentCost(trials).secondsPerTrainedImage }

    private static func features(_ channels: [Int]) -> FeatureMaps {
        var stream = RandomStream(seed: 1, name: "speed")
        let side = FeatureExtractor.paperSide
        let stages = channels.enumerated().map { number, channels in
            // The fifth stage is smaller than the grid.
            let side = min(side, 224 >> number)
            let shape = Shape(images: 1, height: side, width: side, channels: channels)
            return Tensor(shape, values: (0..<shape.count).map { _ in Float(stream.uniform()) })
        }
        return FeatureMaps(side: side, stages: stages)
    }
}
