package import ConvEngine

/// Trains the readouts of several trials together: each epoch is one pass over the features for all of them.
///
/// The trials share the order of the images and the batches. Target, seed, kernel, padding, learning rate, momentum and
/// weight decay are each trial's own.
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
    private let settings: [FitSettings]
    private let targets: [FitTarget]
    package private(set) var stack: ReadoutStack
    private var optimizers: [StochasticGradientDescent]
    private let team: ImageTeam

    /// - Parameters:
    ///   - trials: The trials' settings, all of one schedule.
    ///   - readouts: Their readouts as they are before training, one for each trial.
    ///   - schedule: What the trials have in common.
    ///   - targetSide: The side of the target maps, on which the loss is taken.
    ///   - team: The threads that share the work.
    package init(trials: [TrialSettings], readouts: [PosENet], schedule: Schedule, targetSide: Int, team: ImageTeam) {
        self.schedule = schedule
        self.team = team
        settings = trials.map(\.fit)
        targets = zip(trials, readouts).map { trial, readout in
            FitTarget(
                trial.target.values(side: targetSide, stripes: trial.stripes),
                resize: BilinearResize(from: readout.outputSide, to: targetSide))
        }
        optimizers = zip(readouts, trials).map { readout, trial in
            StochasticGradientDescent(
                parameters: readout.parameters.count, momentum: trial.fit.momentum, weightDecay: trial.fit.weightDecay)
        }
        stack = ReadoutStack(readouts)
    }

    /// Trains for all epochs.
    ///
    /// - Parameters:
    ///   - features: The features of each training image, `[1, side, side, channels]`.
    ///   - epochDone: Receives the number of epochs done and each trial's mean loss in the last one; what it throws ends
    ///     the training.
    package mutating func run(on features: [Tensor], epochDone: (Int, [Double]) throws -> Void) rethrows {
        for epoch in 0..<schedule.epochs {
            let shuffled = schedule.order(of: features.count, epoch: epoch)
            var losses = [Double](repeating: 0, count: settings.count)
            for start in stride(from: 0, to: shuffled.count, by: schedule.batch) {
                let batch = shuffled[start..<min(start + schedule.batch, shuffled.count)].map { features[$0] }
                for (trial, loss) in step(on: batch, epoch: epoch).enumerated() {
                    losses[trial] += loss * Double(batch.count) / Double(features.count)
                }
            }
            try epochDone(epoch + 1, losses)
        }
    }

    /// One step of every readout on one batch; the result is each trial's loss before the step.
    private mutating func step(on batch: [Tensor], epoch: Int) -> [Double] {
        let (stack, targets) = (stack, targets)
        let projection = stack.projection
        let projected = team.map(batch.count) { image in projection(batch[image], image: 0).values }
        let steps = team.map(stack.readouts.count) { trial in
            let readout = stack.readouts[trial]
            let outputs = projected.map { values in
                readout.convolved(values, first: stack.firstColumns[trial], stride: stack.columns)
            }
            return FitStep(outputs: outputs, readout: readout, target: targets[trial])
        }
        let outputGradients = team.map(batch.count) { image in
            var spread = [Float](repeating: 0, count: projected[image].count)
            for (trial, readout) in stack.readouts.enumerated() {
                readout.spread(
                    steps[trial].outputGradients[image], first: stack.firstColumns[trial], stride: stack.columns,
                    into: &spread)
            }
            let side = batch[image].shape.height
            return Tensor(Shape(images: 1, height: side, width: side, channels: stack.columns), values: spread)
        }
        let gradient = Projection.gradient(of: outputGradients, at: batch, team: team)
        for (trial, step) in steps.enumerated() {
            update(trial, by: step, gradient: gradient, epoch: epoch)
        }
        return steps.map(\.loss)
    }

    private mutating func update(_ trial: Int, by step: FitStep, gradient: [Float], epoch: Int) {
        let whole =
            stack.filterGradient(of: trial, in: gradient) + [step.biasGradient, step.scaleGradient, step.shiftGradient]
        optimizers[trial].step(
            &stack.readouts[trial].parameters, gradient: whole,
            learningRate: settings[trial].learningRate(epoch: epoch))
        stack.readouts[trial].average(mean: step.mean, variance: step.unbiasedVariance)
    }
}
