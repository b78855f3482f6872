import ConvEngine
import Experiments
import Foundation

/// Trains VGG-16's thirteen convolutions on command, for training.py.
///
///     training-benchmark PARAMETERS IMAGES BATCH THREADS
///
/// Reads commands from standard input: `run` makes one step — forward, backward, SGD with momentum and weight decay — and
/// answers with its seconds and the loss before it. PARAMETERS holds each layer's filter and bias, IMAGES the batch as
/// `[images, 224, 224, 3]`, raw little-endian float32. The loss is the mean square of the last pooled maps less one.
@main
struct TrainingBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 5, let batch = Int(arguments[3]), let threads = Int(arguments[4]) else {
            throw BenchmarkError.usage
        }
        var network = try TrainingNetwork(layers(), parameters: floats(in: arguments[1]))
        let images = Tensor(
            Shape(images: batch, height: 224, width: 224, channels: 3), values: try floats(in: arguments[2]))
        let team = ImageTeam(threads: threads)
        var optimizer = StochasticGradientDescent(
            parameters: network.parameters.count, momentum: 0.9, weightDecay: 1e-4)
        while let command = readLine() {
            guard command == "run" else { throw BenchmarkError.usage }
            var loss = 0.0
            let time = try ContinuousClock().measure {
                let pass = try network.forward(images, team: team)
                let count = Double(pass.outputs.reduce(0) { $0 + $1.shape.count })
                loss = pass.outputs.flatMap(\.values).reduce(0) { $0 + pow(Double($1) - 1, 2) } / count
                let slopes = pass.outputs.map { maps in
                    Tensor(maps.shape, values: maps.values.map { Float(2 * (Double($0) - 1) / count) })
                }
                let gradient = pass.backward(slopes, team: team)
                optimizer.step(&network.parameters, gradient: gradient, learningRate: 0.01)
            }
            print(time / .seconds(1), loss)
            fflush(nil)
        }
    }

    private static func layers() throws -> [TrainingNetwork.Layer] {
        var inputs = 3
        var layers: [TrainingNetwork.Layer] = []
        for widths in [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]] {
            for width in widths {
                layers += [
                    .convolution(inputs: inputs, outputs: width, kernel: 3, stride: 1, padding: .zero(1)), .rectifier,
                ]
                inputs = width
            }
            layers.append(.maxPool(try MaxPool(size: 2, stride: 2)))
        }
        return layers
    }

    private static func floats(in file: String) throws -> [Float] {
        let data = try Data(contentsOf: URL(filePath: file))
        return data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    }
}

private enum BenchmarkError: Error, CustomStringConvertible {
    case usage

    var description: String { "training-benchmark PARAMETERS IMAGES BATCH THREADS, then run" }
}
