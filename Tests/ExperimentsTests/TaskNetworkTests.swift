import ConvEngine
import Experiments
import Foundation
import TestSupport
import Testing

/// A network, its first gradients and its losses as PyTorch has them (Fixtures/make_task_training.py).
private struct TaskTrainingCase: Decodable, Sendable, CustomTestStringConvertible {
    struct Gradient: Decodable, Sendable {
        let count: Int
        let stride: Int
        let norm: Double
        let sample: [Double]
    }

    let goal: TrainingGoal
    let encoder: EncoderName
    let padding: EncoderPadding
    let classes: Int
    let side: Int
    let salt: Int
    let losses: [Double]
    let gradients: [Gradient]

    var testDescription: String { "\(goal) with \(encoder), padding \(padding)" }

    static let all = Result {
        try JSONDecoder().decode([TaskTrainingCase].self, from: Data(contentsOf: fixture("task_training.json")))
    }
}

@Suite("Training for a goal, against PyTorch")
struct TaskNetworkTests {
    private static let cases = (try? TaskTrainingCase.all.get()) ?? []  // The test below notices.

    @Test func `the fixtures are there`() throws {
        #expect(try TaskTrainingCase.all.get().count == 5)
    }

    /// The network with the weights of the formula.
    private func network(_ given: TaskTrainingCase) throws -> TaskNetwork {
        var encoder = EncoderSettings()
        (encoder.name, encoder.padding) = (given.encoder, given.padding)
        var network = try TaskNetwork(given.goal, encoder: encoder, classes: given.classes, side: given.side, seed: 1)
        let widths = [16, 32, 64, 128, 128]
        let perLayer = given.encoder == .vgg5_bn ? 4 : 2
        network.parameters = given.gradients.enumerated().flatMap { number, tensor -> [Float] in
            let values = scrambled(count: tensor.count, salt: 1_000 * number)
            let (layer, part) = number.quotientAndRemainder(dividingBy: perLayer)
            guard layer < 5 else {
                let readout = number - 5 * perLayer
                let stage = given.goal == .classification ? 4 : readout / 2
                let scale = readout % 2 == 0 ? Float((1 / Double(widths[stage])).squareRoot()) : 0.125
                return values.map { $0 * scale }
            }
            switch part {
            case 0: return values.map { $0 * Float((6 / Double(widths[layer] * 9)).squareRoot()) }
            case 2: return values.map { 1 + $0 * 0.25 }
            default: return values.map { $0 * 0.125 }
            }
        }
        return network
    }

    private func images(_ given: TaskTrainingCase) -> Tensor {
        let shape = Shape(images: 3, height: given.side, width: given.side, channels: 3)
        return Tensor(shape, values: scrambled(count: shape.count, salt: given.salt).map { $0 * 0.5 + 0.5 })
    }

    /// The labels of the script's three images.
    private func labels(_ given: TaskTrainingCase) -> [[UInt8]] {
        let side = given.side
        func map(_ label: (_ row: Int, _ column: Int) -> Int) -> [UInt8] {
            (0..<side * side).map { UInt8(label($0 / side, $0 % side)) }
        }
        switch given.goal {
        case .classification: return [[3], [1], [0]]
        case .saliency:
            func disc(_ row: Int, _ column: Int) -> Int {
                let (y, x) = (row - side / 3, column - side / 2)
                return y * y + x * x < (side / 4) * (side / 4) ? 1 : 0
            }
            return [map { disc($0, $1) }, map { disc($1, $0) }, map { 1 - disc($0, $1) }]
        case .segmentation:
            func block(_ row: Int, _ column: Int) -> Int { column < 5 ? 255 : (row / 20 + column / 16) % 3 }
            return [map { block($0, $1) }, map { block($1, $0) }, map { block(side - 1 - $0, $1) }]
        }
    }

    @Test(arguments: cases)
    fileprivate func `each parameter tensor's gradient is PyTorch's`(given: TaskTrainingCase) throws {
        let slope = try network(given).slope(on: images(given), labels: labels(given), team: ImageTeam(threads: 2))
        #expect(abs(slope.loss - given.losses[0]) <= 1e-5)
        #expect(slope.gradient.count == given.gradients.reduce(0) { $0 + $1.count })
        var rest = slope.gradient[...]
        for (number, tensor) in given.gradients.enumerated() {
            let values = rest.prefix(tensor.count).map(Double.init)
            rest = rest.dropFirst(tensor.count)
            // A bias in front of a batch norm has no gradient but rounding errors, there and here.
            if tensor.norm < 1e-12 {
                #expect(values.allSatisfy { abs($0) < 1e-6 }, "tensor \(number)")
                continue
            }
            let sample = stride(from: 0, to: tensor.count, by: tensor.stride).map { values[$0] }
            func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
            #expect(norm(zip(sample, tensor.sample).map { $0 - $1 }) <= 1e-4 * norm(tensor.sample), "tensor \(number)")
            #expect(abs(norm(values) - tensor.norm) <= 1e-4 * tensor.norm, "tensor \(number)")
        }
    }

    @Test(arguments: cases)
    fileprivate func `twenty steps of SGD come to PyTorch's loss`(given: TaskTrainingCase) throws {
        var (network, team) = (try network(given), ImageTeam(threads: 2))
        var optimizer = StochasticGradientDescent(
            parameters: network.parameters.count, momentum: 0.9, weightDecay: 1e-4)
        for (step, loss) in given.losses.enumerated() {
            let slope = try network.slope(on: images(given), labels: labels(given), team: team)
            #expect(abs(slope.loss - loss) <= 1e-3, "step \(step)")
            optimizer.step(&network.parameters, gradient: slope.gradient, learningRate: 0.02)
        }
    }

    @Test func `labels that are all ignored have no loss and no gradient`() throws {
        let given = try #require(try TaskTrainingCase.all.get().first { $0.goal == .segmentation })
        let ignored = [[UInt8]](repeating: Array(repeating: 255, count: given.side * given.side), count: 3)
        let slope = try network(given).slope(on: images(given), labels: ignored, team: ImageTeam(threads: 1))
        #expect(slope.loss == 0)
        #expect(slope.gradient.allSatisfy { $0 == 0 })
    }
}
