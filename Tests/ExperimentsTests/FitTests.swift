import ConvEngine
import Experiments
import Foundation
import TestSupport
import Testing

/// Training beside PyTorch, which makes the same steps from the same start (Fixtures/make_fit.py).
@Suite("Training readouts")
struct FitTests {
    private static let orders = [[1, 3, 4, 2, 0], [4, 1, 0, 3, 2], [0, 2, 4, 3, 1], [3, 0, 1, 4, 2]]
    private static let (images, side, channels, targetSide) = (5, 6, 4, 12)

    /// The trials of the fixture: each has another target, readout, optimiser or set of channels.
    private static let trials: [TrialSettings] = [
        trial(3, 0, .horizontal, 0.1, 0.9, 1e-4), trial(1, 0, .vertical, 0.5, 0, 0),
        trial(3, 1, .gaussian, 0.2, 0.5, 1e-2), trial(5, 2, .horizontalStripes, 0.1, 0.9, 1e-3),
        trial(3, 1, .horizontal, 0.1, 0.9, 1e-3, layers: 2, hidden: 3),
        trial(3, 1, .gaussian, 0.02, 0.9, 1e-2, layers: 3, optimizer: .adam),
        trial(1, 1, .vertical, 0.05, 0.9, 0, layers: 2, hidden: 5, optimizer: .adam),
        trial(3, 0, .verticalStripes, 0.1, 0.9, 1e-4),
    ]

    /// The channels of the features' stages, and which of them each trial reads.
    private static let stages = [1, 1, 2]
    private static let read: [StageSelection] =
        Array(repeating: StageSelection(places: [0, 1, 2], channels: stages), count: 6)
        + Array(repeating: StageSelection(places: [0, 2], channels: [1, 2]), count: 2)

    private static func trial(
        _ kernel: Int, _ padding: Int, _ target: PositionMap, _ rate: Double, _ momentum: Double, _ decay: Double,
        layers: Int = 1, hidden: Int? = nil, optimizer: OptimizerName = .sgd
    ) -> TrialSettings {
        var trial = TrialSettings()
        trial.posenet.layers = layers
        trial.posenet.hidden = hidden
        trial.posenet.kernel = kernel
        trial.posenet.padding = padding
        trial.target = target
        trial.fit.optimizer = optimizer
        trial.fit.learningRate = rate
        trial.fit.momentum = momentum
        trial.fit.weightDecay = decay
        trial.fit.epochs = 4
        trial.fit.batch = 2
        trial.fit.decayAt = [2]
        return trial
    }

    private static func readout(_ number: Int) throws -> PosENet {
        try PosENet(trials[number].posenet, channels: read[number].channelCount, side: side, seed: 1)
    }

    private static func array(_ name: String) throws -> [Float] {
        try NumPyFile(readingFrom: fixture("fit_\(name).npy")).values
    }

    private static func features() throws -> [FeatureMaps] {
        let values = try array("features")
        let size = side * side * channels
        return (0..<images).map { image in
            let pixels = stride(from: image * size, to: (image + 1) * size, by: channels)
            let stages = [0..<1, 1..<2, 2..<4].map { range in
                Tensor(
                    Shape(images: 1, height: side, width: side, channels: range.count),
                    values: pixels.flatMap { values[$0 + range.lowerBound..<$0 + range.upperBound] })
            }
            return FeatureMaps(side: side, stages: stages)
        }
    }

    /// Trains some of the trials together; the result is their readouts and each epoch's losses.
    private func trained(_ numbers: [Int], threads: Int) throws -> (readouts: [PosENet], losses: [[Double]]) {
        let trials = numbers.map { Self.trials[$0] }
        let readouts = try numbers.map { number in
            var readout = try Self.readout(number)
            let start = try Self.array("\(number)_start")
            #expect(start.count == readout.parameters.count)
            readout.parameters = start
            return readout
        }
        var fit = Fit(
            trials: trials, readouts: readouts, selections: numbers.map { Self.read[$0] },
            schedule: Fit.Schedule(trials[0].fit), targetSide: Self.targetSide, team: ImageTeam(threads: threads))
        var losses: [[Double]] = []
        var shares: [Double] = []
        fit.run(on: try Self.features()) { share in
            shares.append(share)
        } epochDone: { epoch, loss in
            #expect(epoch == losses.count + 1)
            losses.append(loss)
        }
        #expect(shares == Array(repeating: [0.4, 0.8, 1], count: 4).flatMap(\.self))
        return (fit.readouts, losses)
    }

    @Test func `the epochs take the images in the order that the fixture was made with`() {
        let schedule = Fit.Schedule(Self.trials[0].fit)
        #expect((0..<4).map { schedule.order(of: Self.images, epoch: $0) } == Self.orders)
    }

    @Test func `parameters and running means end where PyTorch's do`() throws {
        let readouts = try trained(Array(0..<8), threads: 1).readouts
        for (number, readout) in readouts.enumerated() {
            let found = readout.parameters + readout.running
            let expected = try Self.array("\(number)_end")
            #expect(found.count == expected.count)
            let isFree = Self.isAdam(number) ? readout.isFreeOfLoss : Array(repeating: false, count: found.count)
            let differences = zip(found, expected).map { abs($0 - $1) }
            for (difference, isFree) in zip(differences, isFree) where !isFree {
                #expect(difference <= 1e-5, "trial \(number)")
            }
            let start = try Self.array("\(number)_start")
            #expect(zip(start, expected).contains { abs($0 - $1) > 0.01 }, "trial \(number) has not moved")
        }
    }

    @Test func `each epoch's mean loss is PyTorch's`() throws {
        let losses = try trained(Array(0..<8), threads: 1).losses
        for number in 0..<8 {
            let expected = try Self.array("\(number)_loss")
            #expect(losses.count == expected.count)
            for (loss, reference) in zip(losses, expected) { #expect(abs(loss[number] - Double(reference)) <= 1e-6) }
        }
    }

    @Test func `the trained readouts predict PyTorch's maps`() throws {
        let readouts = try trained(Array(0..<8), threads: 1).readouts
        let predictor = ReadoutPredictor(readouts, selections: Self.read, team: ImageTeam(threads: 2))
        let predictions = try Self.features().map { predictor($0) }
        for number in 0..<8 where !Self.isAdam(number) {
            let expected = try Self.array("\(number)_maps")
            let found = predictions.flatMap { maps in
                resized(maps[number], from: readouts[number].outputSide, to: Self.targetSide)
            }
            #expect(found.count == expected.count)
            #expect(zip(found, expected).allSatisfy { abs($0 - Double($1)) <= 1e-5 }, "trial \(number)")
        }
    }

    /// Bilinear interpolation without aligned corners, written as its definition says.
    private func resized(_ map: [Float], from small: Int, to large: Int) -> [Double] {
        func weights(_ position: Int) -> [Double] {
            let source = (Double(position) + 0.5) * Double(small) / Double(large) - 0.5
            let inside = min(max(source, 0), Double(small - 1))
            return (0..<small).map { max(0, 1 - abs(Double($0) - inside)) }
        }
        return (0..<large * large).map { pixel in
            let (rows, columns) = (weights(pixel / large), weights(pixel % large))
            return (0..<small * small).reduce(0.0) { sum, source in
                sum + rows[source / small] * columns[source % small] * Double(map[source])
            }
        }
    }

    @Test(arguments: 0..<8, [1, 2])
    func `a trial alone learns bit for bit what it learns in company`(number: Int, threads: Int) throws {
        let company = try trained([3, 5, 0, 7, 2, 4, 1, 6], threads: 1)
        let alone = try trained([number], threads: threads)
        let place = try #require([3, 5, 0, 7, 2, 4, 1, 6].firstIndex(of: number))
        #expect(alone.readouts[0] == company.readouts[place])
        #expect(alone.losses.map { $0[0] } == company.losses.map { $0[place] })
    }

    /// Images of two stages, one on the grid and one of half its side.
    private static func unevenFeatures() -> [FeatureMaps] {
        (0..<images).map { image in
            FeatureMaps(
                side: side,
                stages: [(side, 5, 1), (side / 2, 9, 2)].map { side, channels, salt in
                    Tensor(
                        Shape(images: 1, height: side, width: side, channels: channels),
                        values: hashed(count: side * side * channels, salt: 10 * image + salt))
                })
        }
    }

    private func trainedOnUneven(
        _ numbers: [Int], _ features: [FeatureMaps], threads: Int = 1
    ) throws -> (losses: [[Double]], maps: [[Float]]) {
        let channels = features[0].layout.stages.map(\.channels)
        let selection = StageSelection(places: Array(channels.indices), channels: channels)
        let selections = numbers.map { _ in selection }
        let team = ImageTeam(threads: threads)
        var fit = Fit(
            trials: numbers.map { Self.trials[$0] },
            readouts: try numbers.map { try PosENet(Self.trials[$0].posenet, channels: 14, side: Self.side, seed: 5) },
            selections: selections, schedule: Fit.Schedule(Self.trials[0].fit), targetSide: Self.targetSide, team: team)
        var losses: [[Double]] = []
        fit.run(on: features) { _ in
        } epochDone: { _, loss in
            losses.append(loss)
        }
        return (losses, ReadoutPredictor(fit.readouts, selections: selections, team: team)(features[0]))
    }

    @Test func `a stage smaller than the grid is read as if it had been resized to it`() throws {
        let features = Self.unevenFeatures()
        let resized = features.map { FeatureMaps(side: Self.side, stages: [$0.stacked]) }
        let numbers = [0, 1, 2, 3, 4]
        let (small, large) = (try trainedOnUneven(numbers, features), try trainedOnUneven(numbers, resized))
        for (one, other) in zip(small.losses.joined(), large.losses.joined()) { #expect(abs(one - other) <= 1e-6) }
        for (one, other) in zip(small.maps.joined(), large.maps.joined()) { #expect(abs(one - other) <= 1e-5) }
        #expect(small.losses[3] != small.losses[0], "something was learnt")
    }

    @Test(arguments: [1, 2])
    func `on stages of several sizes, too, company changes no bit`(threads: Int) throws {
        let features = Self.unevenFeatures()
        let company = try trainedOnUneven([3, 1, 4, 2, 0], features)
        for (place, number) in [3, 1, 4, 2, 0].enumerated() {
            let alone = try trainedOnUneven([number], features, threads: threads)
            #expect(alone.losses.map { $0[0] } == company.losses.map { $0[place] })
            #expect(alone.maps[0] == company.maps[place])
        }
    }

    @Test func `another seed takes the images in another order`() {
        var settings = Self.trials[0].fit
        let first = Fit.Schedule(settings).order(of: 50, epoch: 0)
        settings.orderSeed = 2
        #expect(Fit.Schedule(settings).order(of: 50, epoch: 0) != first)
        #expect(first.sorted() == Array(0..<50))
    }

    /// Adam divides by the gradient's size, and what batch norm takes out again has none: biases then move by full steps
    /// of rounding error, and the running means with them.
    private static func isAdam(_ number: Int) -> Bool { trials[number].fit.optimizer == .adam }

    @Test func `what the report throws ends the training`() throws {
        struct Stop: Error {}
        let trial = Self.trials[0]
        let readout = try PosENet(trial.posenet, channels: Self.channels, side: Self.side, seed: 1)
        var fit = Fit(
            trials: [trial], readouts: [readout], selections: [Self.read[0]], schedule: Fit.Schedule(trial.fit),
            targetSide: Self.targetSide,
            team: ImageTeam(threads: 1))
        var epochs = 0
        let features = try Self.features()
        #expect(throws: Stop.self) {
            try fit.run(on: features) { epoch, _ in
                epochs = epoch
                if epoch == 2 { throw Stop() }
            }
        }
        #expect(epochs == 2)
    }

    @Test func `a kernel that does not fit on the features, or on what an earlier layer leaves, is refused`() throws {
        var settings = PosENetSettings()
        settings.kernel = 7
        #expect(throws: ExperimentError.readoutLargerThanFeatures(settings, side: 6)) {
            try PosENet(settings, channels: 4, side: 6, seed: 1)
        }
        settings.padding = 1
        #expect(try PosENet(settings, channels: 4, side: 6, seed: 1).outputSide == 2)
        settings.layers = 2
        #expect(throws: ExperimentError.readoutLargerThanFeatures(settings, side: 6)) {
            try PosENet(settings, channels: 4, side: 6, seed: 1)
        }
    }

    @Test func `hidden layers are as wide as the features unless the settings say otherwise`() throws {
        var settings = PosENetSettings()
        settings.layers = 3
        #expect(try PosENet(settings, channels: 9, side: 28, seed: 1).hidden.map(\.outputs) == [9, 9])
        #expect(try PosENet(settings, channels: 9, side: 28, seed: 1).outputSide == 22)
        settings.hidden = 5
        #expect(try PosENet(settings, channels: 9, side: 28, seed: 1).hidden.map(\.channels) == [9, 5])
    }
}

extension PosENet {
    /// All parameters, layer by layer, as the fixture's script writes them.
    fileprivate var parameters: [Float] {
        get { hidden.flatMap(\.parameters) + output.parameters }
        set {
            var rest = newValue[...]
            for layer in hidden.indices {
                hidden[layer].parameters = Array(rest.prefix(hidden[layer].parameters.count))
                rest = rest.dropFirst(hidden[layer].parameters.count)
            }
            output.parameters = Array(rest)
        }
    }

    /// Which parameters and averages the loss does not depend on: the convolutions' biases and the means.
    fileprivate var isFreeOfLoss: [Bool] {
        func layer(_ filters: Int, _ outputs: Int) -> [Bool] {
            [Bool](repeating: false, count: filters) + [Bool](repeating: true, count: outputs)
                + [Bool](repeating: false, count: 2 * outputs)
        }
        let parameters =
            hidden.flatMap { layer($0.parameters.count - 3 * $0.outputs, $0.outputs) }
            + layer(output.parameters.count - 3, 1)
        let averages = hidden.map(\.outputs) + [1]
        return parameters
            + averages.flatMap { Array(repeating: true, count: $0) + Array(repeating: false, count: $0) }
    }

    /// Means and variances, layer by layer.
    fileprivate var running: [Float] {
        hidden.flatMap { $0.runningMean + $0.runningVariance } + [output.runningMean, output.runningVariance]
    }
}
