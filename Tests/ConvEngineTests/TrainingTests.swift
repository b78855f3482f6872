import ConvEngine
import Foundation
import Testing

/// Against PyTorch on the same weights and batch: `make_training.py`.
@Suite("Training")
struct TrainingTests {
    static func layers() throws -> [TrainingNetwork.Layer] {
        [
            .convolution(inputs: 3, outputs: 16, kernel: 3, stride: 1, padding: .zero(1)), .batchNorm(channels: 16),
            .rectifier, .maxPool(try MaxPool(size: 3, stride: 2, padding: 1)),
            .convolution(inputs: 16, outputs: 16, kernel: 3, stride: 1, padding: .zero(1)), .rectifier,
            .maxPool(try MaxPool(size: 2, stride: 2)),
        ]
    }

    private struct Fixture {
        let images: Tensor
        let target: Tensor
        let parameters: [Float]
        let gradients: [Float]
        let losses: [Float]

        init() throws {
            let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/training.f32")
            let data = try Data(contentsOf: file)
            var rest = data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }[...]
            func take(_ count: Int) -> [Float] {
                defer { rest = rest.dropFirst(count) }
                return Array(rest.prefix(count))
            }
            let count = try TrainingTests.layers().reduce(0) { $0 + $1.parameterCount }
            images = Tensor(Shape(images: 2, height: 12, width: 13, channels: 3), values: take(2 * 12 * 13 * 3))
            target = Tensor(Shape(images: 2, height: 3, width: 3, channels: 16), values: take(2 * 9 * 16))
            (parameters, gradients, losses) = (take(count), take(count), take(21))
        }
    }

    /// The mean squared error and its gradient.
    private func loss(_ outputs: [Tensor], _ target: Tensor) -> (value: Double, gradients: [Tensor]) {
        let count = Double(target.shape.count)
        var (value, image) = (0.0, 0)
        let gradients = outputs.map { stack in
            let part = Tensor(stacking: (0..<stack.shape.images).map { target[image: image + $0] })
            image += stack.shape.images
            let differences = zip(stack.values, part.values).map { $0 - $1 }
            value += differences.reduce(0) { $0 + Double($1) * Double($1) } / count
            return Tensor(stack.shape, values: differences.map { Float(2 * Double($0) / count) })
        }
        return (value, gradients)
    }

    @Test func `each parameter's gradient is PyTorch's`() throws {
        let (fixture, team) = (try Fixture(), ImageTeam(threads: 2))
        let network = try TrainingNetwork(Self.layers(), parameters: fixture.parameters)
        let pass = try network.forward(fixture.images, team: team)
        let (value, slopes) = loss(pass.outputs, fixture.target)
        #expect(abs(value - Double(fixture.losses[0])) <= 1e-5)
        var (ours, theirs) = (pass.backward(slopes, team: team)[...], fixture.gradients[...])
        let tensors = [432, 16, 16, 16, 2_304, 16]
        for (index, count) in tensors.enumerated() {
            defer { (ours, theirs) = (ours.dropFirst(count), theirs.dropFirst(count)) }
            // A bias in front of a batch norm has no gradient but rounding errors, there and here.
            guard index != 1 else {
                #expect(ours.prefix(count).allSatisfy { abs($0) < 1e-6 })
                continue
            }
            let deviation = Deviation(of: Array(ours.prefix(count)), from: theirs.prefix(count).map(Double.init))
            #expect(deviation.rms <= 1e-4, "tensor \(index)")
        }
    }

    @Test func `twenty steps of SGD come to PyTorch's loss, on any number of threads`() throws {
        let fixture = try Fixture()
        var results: [[Float]] = []
        for threads in [1, 2, 3] {
            let team = ImageTeam(threads: threads)
            var network = try TrainingNetwork(Self.layers(), parameters: fixture.parameters)
            var velocity = [Float](repeating: 0, count: network.parameters.count)
            for step in 0...20 {
                let pass = try network.forward(fixture.images, team: team)
                let (value, slopes) = loss(pass.outputs, fixture.target)
                #expect(abs(value - Double(fixture.losses[step])) <= 1e-3, "step \(step)")
                let gradient = pass.backward(slopes, team: team)
                network.average(pass)
                for index in gradient.indices {
                    velocity[index] = 0.9 * velocity[index] + gradient[index] + 1e-4 * network.parameters[index]
                    network.parameters[index] -= 0.05 * velocity[index]
                }
            }
            results.append(network.parameters)
        }
        #expect(results[1] == results[0])
        #expect(results[2] == results[0])
    }

    @Test func `parameters that are not the layers' are refused`() {
        #expect(throws: ShapeError.parameters(found: 3, expected: 2_800)) {
            try TrainingNetwork(Self.layers(), parameters: [1, 2, 3])
        }
    }

    @Test(arguments: [(2, 2, 0), (3, 2, 1), (2, 1, 0)])
    func `a pool hands its gradient to the first largest value`(size: Int, stride: Int, padding: Int) throws {
        var random = RandomValues(seed: 5)
        let pool = try MaxPool(size: size, stride: stride, padding: padding)
        // Few different values, so that most windows have several largest ones; channels beyond a vector.
        let shape = Shape(images: 2, height: 7, width: 6, channels: 11)
        let maps = Tensor(shape, values: random.values(shape.count).map { ($0 * 2).rounded() })
        let slope = random.tensor(
            2, try pool.outputShape(for: shape).height, try pool.outputShape(for: shape).width, 11)
        var expected = [Double](repeating: 0, count: shape.count)
        for image in 0..<2 {
            for channel in 0..<11 {
                for i in 0..<slope.shape.height {
                    for j in 0..<slope.shape.width {
                        var best: (value: Float, place: Int)?
                        for y in max(0, i * stride - padding)..<min(7, i * stride - padding + size) {
                            for x in max(0, j * stride - padding)..<min(6, j * stride - padding + size) {
                                let value = maps[image, y, x, channel]
                                if best == nil || value > (best?.value ?? 0) {
                                    best = (value, ((image * 7 + y) * 6 + x) * 11 + channel)
                                }
                            }
                        }
                        expected[try #require(best).place] += Double(slope[image, i, j, channel])
                    }
                }
            }
        }
        #expect(Deviation(of: pool.gradient(of: slope, at: maps).values, from: expected).largest <= 1e-6)
    }

    @Test(arguments: [true, false], [(5, 7, 28, 28), (28, 28, 9, 4), (1, 1, 6, 6)])
    func `resizing and its gradient are adjoint`(alignCorners: Bool, size: (Int, Int, Int, Int)) {
        var random = RandomValues(seed: 6)
        let (maps, slope) = (random.tensor(2, size.0, size.1, 9), random.tensor(2, size.2, size.3, 9))
        let there = maps.resized(height: size.2, width: size.3, alignCorners: alignCorners)
        let back = slope.resizedGradient(height: size.0, width: size.1, alignCorners: alignCorners)
        func product(_ a: Tensor, _ b: Tensor) -> Double {
            zip(a.values, b.values).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        let scale = (product(there, there) * product(slope, slope)).squareRoot()
        #expect(abs(product(there, slope) - product(maps, back)) <= 1e-5 * scale)
    }
}
