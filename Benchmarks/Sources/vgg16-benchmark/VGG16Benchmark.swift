import ConvEngine
import Foundation

/// Extracts VGG-16's five stages on command, for vgg16.py.
///
///     vgg16-benchmark WEIGHTS IMAGES BATCH THREADS
///
/// Reads commands from standard input: `run` answers with the seconds that one batch took, `write FILE` writes the stages of the
/// batch, one after the other. WEIGHTS holds each layer's filter and bias, IMAGES the batch as `[images, 224, 224, 3]`, all
/// raw little-endian float32.
@main
struct VGG16Benchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 5, let batch = Int(arguments[3]), let threads = Int(arguments[4]) else {
            throw BenchmarkError.usage
        }
        let network = try Network(weights: floats(in: arguments[1]))
        let shape = Shape(images: 1, height: 224, width: 224, channels: 3)
        let pixels = try floats(in: arguments[2])
        // A thread takes up to four images through the whole network: the later layers read their filters once for all.
        let group = max(1, min(4, batch / threads))
        let groups = stride(from: 0, to: batch, by: group).map { first in
            Tensor(
                stacking: (first..<min(first + group, batch)).map { image in
                    Tensor(shape, values: Array(pixels[image * shape.count..<(image + 1) * shape.count]))
                })
        }
        let team = ImageTeam(threads: threads)
        while let command = readLine()?.split(separator: " ").map(String.init) {
            if command == ["run"] {
                let time = ContinuousClock().measure { team.forEach(groups.count) { _ = network(groups[$0]) } }
                print(time / .seconds(1))
                fflush(nil)
            } else if command.count == 2, command[0] == "write" {
                let stages = team.map(groups.count) { network(groups[$0]) }
                let stacked = (0..<5).flatMap { stage in Tensor(stacking: stages.map { $0[stage] }).values }
                try stacked.withUnsafeBytes { try Data($0).write(to: URL(filePath: command[1])) }
                print("written")
                fflush(nil)
            } else {
                throw BenchmarkError.usage
            }
        }
    }

    private static func floats(in file: String) throws -> [Float] {
        let data = try Data(contentsOf: URL(filePath: file))
        return data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    }
}

/// VGG-16 with its five taps, each before the max-pool that ends the block.
private struct Network: Sendable {
    private static let widths = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]]

    private let blocks: [[Convolution]]
    private let pool: MaxPool

    init(weights: [Float]) throws {
        var rest = weights[...]
        var inputs = 3
        blocks = try Self.widths.map { widths in
            try widths.map { width in
                defer { inputs = width }
                let count = width * inputs * 9
                let filter = try Filter(
                    outputChannels: width, inputChannels: inputs, kernel: 3, values: Array(rest.prefix(count)))
                let bias = Array(rest.dropFirst(count).prefix(width))
                rest = rest.dropFirst(count + width)
                return try Convolution("conv", filter: filter, bias: bias, padding: .zero(1), activation: .relu)
            }
        }
        pool = try MaxPool(size: 2, stride: 2)
    }

    func callAsFunction(_ images: Tensor) -> [Tensor] {
        var maps = images
        return blocks.enumerated().map { number, block in
            if number > 0 { maps = pool(maps) }
            for convolution in block { maps = convolution(maps) }
            return maps
        }
    }
}

private enum BenchmarkError: Error {
    case usage
}
