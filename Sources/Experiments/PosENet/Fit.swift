package import ConvEngine

/// Trains the readouts of several trials together: each epoch is one pass over the features for all of them.
///
/// The trials share the order of the images and the batches. Everything else is each trial's own: target, seed, layers,
/// kernel, padding, the stages that it reads, optimiser, learning rate, momentum and weight decay. A trial learns bit for
/// bit what it would learn alone.
package struct Fit {
    /// What trials must have in common to be trained together.
    package struct Schedule: Hashable, Sendable {
        let epochs: Int
        let batch: Int
        let orderSeed: Int

        package init(_ settings: FitSettings) {
            epochs = settings.epochs
            batch = settings.batch
            orderSeed = settings.orderSeed
        }

        /// The order in which an epoch, counted from 0, takes the images.
        package func order(of images: Int, epoch: Int) -> [Int] {
            var stream = RandomStream(seed: orderSeed, name: "fit.order.\(epoch)")
            return stream.shuffled(Array(0..<images))
        }
    }

    private let schedule: Schedule
    private var groups: [FitGroup]
    private let count: Int
    private let team: ImageTeam

    /// - Parameters:
    ///   - trials: The trials' settings, all of one schedule.
    ///   - readouts: Their readouts as they are before training, one for each trial.
    ///   - selections: For each trial the stages that its readout reads.
    ///   - schedule: What the trials have in common.
    ///   - targetSide: The side of the target maps, on which the loss is taken.
    ///   - team: The threads that share the work.
    package init(
        trials: [TrialSettings], readouts: [PosENet], selections: [StageSelection], schedule: Schedule, targetSide: Int,
        team: ImageTeam
    ) {
        self.schedule = schedule
        self.team = team
        count = trials.count
        groups = ReadoutGroup.groups(of: readouts, selections: selections).map { group in
            FitGroup(group, trials: trials, targetSide: targetSide)
        }
    }

    /// The readouts as they stand now, in the order of the trials.
    package var readouts: [PosENet] {
        let members = groups.flatMap { zip($0.readouts.members, $0.readouts.readouts) }
        return members.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// Trains for all epochs.
    ///
    /// - Parameters:
    ///   - features: The features of each training image.
    ///   - stepDone: Is called behind each batch with the share of the epoch that is done; what it throws ends the
    ///     training.
    ///   - epochDone: Receives the number of epochs done and each trial's mean loss in the last one; what it throws ends
    ///     the training.
    package mutating func run(
        on features: [FeatureMaps], stepDone: (Double) throws -> Void = { _ in },
        epochDone: (Int, [Double]) throws -> Void
    ) rethrows {
        for epoch in 0..<schedule.epochs {
            let shuffled = schedule.order(of: features.count, epoch: epoch)
            var losses = [Double](repeating: 0, count: count)
            for start in stride(from: 0, to: shuffled.count, by: schedule.batch) {
                let end = min(start + schedule.batch, shuffled.count)
                let batch = shuffled[start..<end].map { features[$0] }
                for group in groups.indices {
                    let steps = groups[group].step(on: batch, epoch: epoch, team: team)
                    for (trial, loss) in zip(groups[group].readouts.members, steps) {
                        losses[trial] += loss * Double(batch.count) / Double(features.count)
                    }
                }
                try stepDone(Double(end) / Double(shuffled.count))
            }
            try epochDone(epoch + 1, losses)
        }
    }
}
