import ConvEngine
import Foundation

extension Experiment {
    /// The features of every usable training image.
    ///
    /// - Throws: `ExperimentError.featuresDoNotFit` before the first image where they would not fit into memory.
    func trainingFeatures(from pass: inout FeaturePass, imageDone: () throws -> Void) throws -> [Tensor] {
        let extractor = pass.extractor
        let bytes = pass.images.count * extractor.side * extractor.side * extractor.channels * MemoryLayout<Float>.size
        let memory = Int(clamping: ProcessInfo.processInfo.physicalMemory)
        guard bytes < memory / 4 * 3 else {
            throw ExperimentError.featuresDoNotFit(images: pass.images.count, bytes: bytes, memory: memory)
        }
        var features: [Tensor] = []
        features.reserveCapacity(pass.images.count)
        try pass.run { _, image in
            features.append(image)
            try imageDone()
        }
        return features
    }

    /// The trained readouts, one for each trial; trials of one schedule share each pass over the features.
    func fittedReadouts(
        of trials: [TrialSettings], channels: [[Range<Int>]], on features: [Tensor],
        progressed: (_ epochs: Double) throws -> Void
    ) throws -> [PosENet] {
        var readouts: [PosENet] = []
        for (trial, ranges) in zip(trials, channels) {
            let count = ranges.reduce(0) { $0 + $1.count }
            readouts.append(
                try PosENet(
                    trial.posenet, channels: count, side: features.first?.shape.height ?? 0, seed: trial.seed))
        }
        var epochsDone = 0
        for (schedule, members) in stacks(of: trials) {
            var fit = Fit(
                trials: members.map { trials[$0] }, readouts: members.map { readouts[$0] },
                channels: members.map { channels[$0] }, schedule: schedule, targetSide: task.size, team: team)
            try fit.run(on: features) { share in
                try progressed(Double(epochsDone) + share)
            } epochDone: { _, _ in
                epochsDone += 1
            }
            for (member, readout) in zip(members, fit.readouts) { readouts[member] = readout }
        }
        return readouts
    }

    /// The positions of the trials of each schedule, in the order in which the schedules first occur.
    private func stacks(of trials: [TrialSettings]) -> [(schedule: Fit.Schedule, members: [Int])] {
        var stacks: [(schedule: Fit.Schedule, members: [Int])] = []
        for (position, trial) in trials.enumerated() {
            let schedule = Fit.Schedule(trial.fit)
            if let stack = stacks.firstIndex(where: { $0.schedule == schedule }) {
                stacks[stack].members.append(position)
            } else {
                stacks.append((schedule, [position]))
            }
        }
        return stacks
    }

    /// Scores all trials on every usable image of a test set.
    func score(
        _ pass: inout FeaturePass, with predictor: ReadoutPredictor, into scorings: inout [Scoring],
        imageDone: () throws -> Void
    ) throws {
        let images = pass.images
        for index in scorings.indices { scorings[index].beginTest(pass.set) }
        try pass.run { image, features in
            let maps = predictor(features)
            let current = scorings
            let scores = team.map(maps.count) { current[$0].score(maps[$0]) }
            for index in scorings.indices {
                scorings[index].add(scores[index], image: image, name: images.name(of: image), map: maps[index])
            }
            try imageDone()
        }
    }
}
