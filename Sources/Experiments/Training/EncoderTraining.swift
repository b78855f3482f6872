package import ConvEngine
import Crypto
package import Foundation

/// Trains an encoder from scratch, step by step, and can go on from any step.
///
/// A value without a clock: whoever calls decides when to stop, and when to take a checkpoint. Weights, metrics and checkpoints do
/// not depend on the number of threads, nor on how often a training was stopped and resumed.
///
/// ```swift
/// var training = try EncoderTraining(specification, team: team, resuming: checkpoint)
/// while let progress = try training.advance() {
///     if let epoch = progress.epoch { report(epoch) }
///     if isTimeForOne { save(try training.checkpoint()) }
/// }
/// let outcome = try training.outcome()
/// ```
package struct EncoderTraining: Sendable {
    package let specification: TrainingSpecification
    /// How many steps are done.
    package private(set) var step = 0
    /// The epochs that are done.
    package private(set) var curve: [TrainingEpoch] = []

    private let team: ImageTeam
    private let places: ContentPlaces
    private let train: TrainingImages
    private let validation: TrainingImages?
    /// Names the training images in checkpoints and results.
    private let data: String
    private var network: TaskNetwork
    private var optimizer: any Optimizer
    /// Over the images of the epoch that runs: each batch's mean loss by its images.
    private var lossSum = 0.0

    /// - Parameters:
    ///   - specification: What is trained on what.
    ///   - team: The threads.
    ///   - places: Where on this host the contents are that it reads.
    ///   - checkpoint: Bytes that ``checkpoint()`` made of the same specification, to go on from there.
    /// - Throws: `ExperimentError`, `DataError` or `ShapeError` where it cannot be run or resumed.
    package init(
        _ specification: TrainingSpecification, team: ImageTeam, places: ContentPlaces = ContentPlaces(),
        resuming checkpoint: Data? = nil
    ) throws {
        try specification.check()
        (self.specification, self.team, self.places) = (specification, team, places)
        network = try TaskNetwork(
            specification.goal, encoder: specification.encoder, classes: specification.classes,
            side: specification.size, seed: specification.seed)
        optimizer = specification.fit.optimizer(parameters: network.parameters.count)

        let set = try specification.set(of: specification.train, places: places)
        train = try TrainingImages(
            set, size: specification.size, normalise: specification.encoder.normalise, team: team)
        validation = try specification.validated.map { source in
            try TrainingImages(
                try specification.set(of: source, places: places), size: specification.size,
                normalise: specification.encoder.normalise, atMost: TrainingSpecification.mostValidated, team: team)
        }
        data = set.contentDigest(team: team)
        if let checkpoint { try resume(try TrainingCheckpoint(checkpoint)) }
    }

    /// How many steps there are in all.
    package var steps: Int { specification.fit.epochs * stepsPerEpoch }

    private var stepsPerEpoch: Int { specification.steps(images: train.count) }

    /// Makes one step: a batch forward, back, and the optimiser's step; behind an epoch's last one the validation too.
    ///
    /// - Returns: How far the training is; nil where all steps were done before.
    /// - Throws: `DataError` for an image that cannot be read, `ExperimentError.lossNotFinite` where the training diverged.
    package mutating func advance() throws -> TrainingProgress? {
        guard step < steps else { return nil }
        let (epoch, place) = step.quotientAndRemainder(dividingBy: stepsPerEpoch)
        let order = specification.order(of: train.count, epoch: epoch)
        let first = place * specification.fit.batch
        let batch = order[first..<min(first + specification.fit.batch, order.count)]
        let (images, labels) = try train.batch(batch, team: team)
        let slope = try network.slope(on: images, labels: labels, team: team)
        guard slope.loss.isFinite, slope.gradient.allSatisfy(\.isFinite) else {
            throw ExperimentError.lossNotFinite(epoch: epoch + 1, learningRate: specification.fit.learningRate)
        }
        network.average(slope)
        let rate = specification.fit.learningRate(epoch: epoch)
        optimizer.step(&network.parameters, gradient: slope.gradient, learningRate: rate)
        lossSum += slope.loss * Double(batch.count)
        step += 1
        guard place == stepsPerEpoch - 1 else {
            return TrainingProgress(step: step, steps: steps, loss: slope.loss, curve: [])
        }
        let scores = try validation.map { try score($0).values } ?? []
        curve.append(
            TrainingEpoch(
                number: epoch + 1, loss: Float(lossSum / Double(train.count)),
                validation: scores.map { Float($0 ?? .nan) }))
        lossSum = 0
        return TrainingProgress(step: step, steps: steps, loss: slope.loss, curve: curve)
    }

    // MARK: What came of it

    /// The network as it stands now, in evaluation.
    package func trained() throws -> TrainedNetwork { try network.trained() }

    /// The encoder alone as `.safetensors` under torchvision's names, which position trials read like any weights file.
    package func encoderFile() throws(DataError) -> Data {
        try Safetensors.data(network.encoderTensors)
    }

    /// The figures on all test sets and the trained encoder, as it stands now.
    package func outcome() throws -> TrainingOutcome {
        var metrics: [TrialOutcome.Metric] = []
        var digests = [data]
        for test in specification.test {
            let set = try specification.set(of: test.source, places: places)
            let images = try TrainingImages(
                set, size: specification.size, normalise: specification.encoder.normalise, readOnce: true, team: team)
            metrics += try score(images).metrics(testSet: test.name)
            digests.append(set.contentDigest(team: team))
        }
        return TrainingOutcome(
            metrics: metrics, curve: curve, encoder: try encoderFile(),
            weights: "trained, He, \(RandomStream.algorithm), seed \(specification.seed)",
            data: hexadecimal(SHA256.hash(data: Data(digests.joined(separator: "\n").utf8))))
    }

    private func score(_ images: TrainingImages) throws -> TaskScores {
        let network = try trained()
        let scores = try team.map(images.count) { index in
            let labelled = try images.image(index)
            let logits = network.logits(PixelImage(labelled.image).tensor)
            guard logits.values.allSatisfy(\.isFinite) else {
                throw ExperimentError.lossNotFinite(
                    epoch: (step - 1) / stepsPerEpoch + 1, learningRate: specification.fit.learningRate)
            }
            return TaskScores.score(logits, labels: labelled.labels)
        }
        return scores.reduce(into: TaskScores(specification.goal, classes: specification.classes)) { $0.add($1) }
    }

    // MARK: Checkpoints

    /// All that is needed to go on from here to the same result, as the bytes of a `.safetensors` file.
    package func checkpoint() throws(DataError) -> Data {
        try TrainingCheckpoint(
            specification: specification.digest, data: data, step: step, lossSum: lossSum,
            parameters: network.parameters, averages: network.averages, memory: optimizer.memory, curve: curve
        ).file()
    }

    /// How many figures on validation images a point of the curve has.
    private var figuresPerEpoch: Int { validation == nil ? 0 : specification.goal.metrics.count }

    private mutating func resume(_ checkpoint: TrainingCheckpoint) throws {
        guard checkpoint.specification == specification.digest else { throw ExperimentError.otherTraining("settings") }
        guard checkpoint.data == data else { throw ExperimentError.otherTraining("training images") }
        guard checkpoint.parameters.count == network.parameters.count,
            checkpoint.averages.count == network.averages.count,
            checkpoint.memory.map(\.count) == optimizer.memory.map(\.count),
            checkpoint.step <= steps, checkpoint.curve.count == checkpoint.step / stepsPerEpoch,
            checkpoint.curve.allSatisfy({ $0.validation.count == figuresPerEpoch })
        else { throw ExperimentError.notACheckpoint(cause: "its tensors are not those of this training") }
        (step, lossSum, curve) = (checkpoint.step, checkpoint.lossSum, checkpoint.curve)
        try network.resume(parameters: checkpoint.parameters, averages: checkpoint.averages)
        optimizer.resume(memory: checkpoint.memory, steps: step)
    }
}

extension TrainingSpecification {
    /// The labelled images of a source.
    func set(of source: LabelledSource, places: ContentPlaces) throws(DataError) -> LabelledSet {
        try LabelledSet(source, goal: goal, classes: classes, size: size, places: places)
    }
}
