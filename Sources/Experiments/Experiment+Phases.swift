import ConvEngine

extension Experiment {
    /// The trained readouts, one for each trial; trials of one schedule share each pass over the features.
    func fittedReadouts(
        of trials: [TrialSettings], selections: [StageSelection], on features: [FeatureMaps],
        progressed: (_ epochs: Double) throws -> Void
    ) throws -> [PosENet] {
        var readouts: [PosENet] = []
        for (trial, selection) in zip(trials, selections) {
            readouts.append(
                try PosENet(
                    trial.posenet, channels: selection.channelCount, side: features.first?.side ?? 0, seed: trial.seed))
        }
        var epochsDone = 0
        for (schedule, members) in stacks(of: trials) {
            var fit = Fit(
                trials: members.map { trials[$0] }, readouts: members.map { readouts[$0] },
                selections: members.map { selections[$0] }, schedule: schedule, targetSide: task.size, team: team)
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
    ///
    /// - Returns: The images that could not be used, and the digest of the others.
    func score(
        _ set: String, _ images: ImageSet, from source: inout FeatureSource, with predictor: ReadoutPredictor,
        into scorings: inout [Scoring], imageDone: () throws -> Void
    ) throws -> (skipped: [TrialOutcome.Skipped], digest: [UInt8]) {
        for index in scorings.indices { scorings[index].beginTest(set) }
        return try source.forEach(in: set, images) { image, features in
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
