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

    /// The trials of the fixture: each has another target, kernel, padding, learning rate, momentum and weight decay.
    private static let trials: [TrialSettings] = [
        trial(3, 0, .horizontal, 0.1, 0.9, 1e-4), trial(1, 0, .vertical, 0.5, 0, 0),
        trial(3, 1, .gaussian, 0.2, 0.5, 1e-2), trial(5, 2, .horizontalStripes, 0.1, 0.9, 1e-3),
    ]

    private static func trial(
        _ kernel: Int, _ padding: Int, _ target: PositionMap, _ rate: Double, _ momentum: Double, _ decay: Double
    ) -> TrialSettings {
        var trial = TrialSettings()
        trial.posenet.kernel = kernel
        trial.posenet.padding = padding
        trial.target = target
        trial.fit.learningRate = rate
        trial.fit.momentum = momentum
        trial.fit.weightDecay = decay
        trial.fit.epochs = 4
        trial.fit.batch = 2
        trial.fit.decayAt = [2]
        return trial
    }

    private static func array(_ name: String) throws -> [Float] {
        try NumPyFile(readingFrom: fixture("fit_\(name).npy")).values
    }

    private static func features() throws -> [Tensor] {
        let values = try array("features")
        let size = side * side * channels
        return (0..<images).map { image in
            Tensor(
                Shape(images: 1, height: side, width: side, channels: channels),
                values: Array(values[image * size..<(image + 1) * size]))
        }
    }

    /// Trains some of the trials together; the result is their readouts and each epoch's losses.
    private func trained(_ numbers: [Int], threads: Int) throws -> (stack: ReadoutStack, losses: [[Double]]) {
        let trials = numbers.map { Self.trials[$0] }
        let readouts = try numbers.map { number in
            var readout = try PosENet(
                Self.trials[number].posenet, channels: Self.channels, side: Self.side, seed: 1)
            let start = try Self.array("\(number)_start")
            #expect(start.count == readout.parameters.count)
            readout.parameters = start
            return readout
        }
        var fit = Fit(
            trials: trials, readouts: readouts, schedule: Fit.Schedule(trials[0].fit), targetSide: Self.targetSide,
            team: ImageTeam(threads: threads))
        var losses: [[Double]] = []
        fit.run(on: try Self.features()) { epoch, loss in
            #expect(epoch == losses.count + 1)
            losses.append(loss)
        }
        return (fit.stack, losses)
    }

    @Test func `the epochs take the images in the order that the fixture was made with`() {
        let schedule = Fit.Schedule(Self.trials[0].fit)
        #expect((0..<4).map { schedule.order(of: Self.images, epoch: $0) } == Self.orders)
    }

    @Test func `parameters and running means end where PyTorch's do`() throws {
        let stack = try trained([0, 1, 2, 3], threads: 1).stack
        for (number, readout) in stack.readouts.enumerated() {
            let found = readout.parameters + [readout.runningMean, readout.runningVariance]
            let expected = try Self.array("\(number)_end")
            #expect(found.count == expected.count)
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-5 }, "trial \(number)")
            let start = try Self.array("\(number)_start")
            #expect(zip(start, expected).contains { abs($0 - $1) > 0.01 }, "trial \(number) has not moved")
        }
    }

    @Test func `each epoch's mean loss is PyTorch's`() throws {
        let losses = try trained([0, 1, 2, 3], threads: 1).losses
        for number in 0..<4 {
            let expected = try Self.array("\(number)_loss")
            #expect(losses.count == expected.count)
            for (loss, reference) in zip(losses, expected) { #expect(abs(loss[number] - Double(reference)) <= 1e-6) }
        }
    }

    @Test func `the trained readouts predict PyTorch's maps`() throws {
        let stack = try trained([0, 1, 2, 3], threads: 1).stack
        let projection = stack.projection
        let predictions = try Self.features().map { stack.predictions(from: $0, with: projection) }
        for number in 0..<4 {
            let expected = try Self.array("\(number)_maps")
            let found = predictions.flatMap { maps in
                resized(maps[number], from: stack.readouts[number].outputSide, to: Self.targetSide)
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

    @Test(arguments: 0..<4, [1, 2])
    func `a trial alone learns bit for bit what it learns in company`(number: Int, threads: Int) throws {
        let company = try trained([3, 0, 2, 1], threads: 1)
        let alone = try trained([number], threads: threads)
        let place = try #require([3, 0, 2, 1].firstIndex(of: number))
        #expect(alone.stack.readouts[0] == company.stack.readouts[place])
        #expect(alone.losses.map { $0[0] } == company.losses.map { $0[place] })
    }

    @Test func `another seed takes the images in another order`() {
        var settings = Self.trials[0].fit
        let first = Fit.Schedule(settings).order(of: 50, epoch: 0)
        settings.orderSeed = 2
        #expect(Fit.Schedule(settings).order(of: 50, epoch: 0) != first)
        #expect(first.sorted() == Array(0..<50))
    }

    @Test func `what the report throws ends the training`() throws {
        struct Stop: Error {}
        let trial = Self.trials[0]
        let readout = try PosENet(trial.posenet, channels: Self.channels, side: Self.side, seed: 1)
        var fit = Fit(
            trials: [trial], readouts: [readout], schedule: Fit.Schedule(trial.fit), targetSide: Self.targetSide,
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

    @Test func `a kernel that does not fit on the features is refused`() {
        var settings = PosENetSettings()
        settings.kernel = 7
        #expect(throws: ExperimentError.readoutLargerThanFeatures(kernel: 7, padding: 0, side: 6)) {
            try PosENet(settings, channels: 4, side: 6, seed: 1)
        }
        settings.padding = 1
        #expect((try? PosENet(settings, channels: 4, side: 6, seed: 1).outputSide) == 2)
    }
}
