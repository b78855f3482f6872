import ConvEngine
import Experiments
import Foundation
import Synchronization

/// Extracts an encoder's stages on command, for encoders.py.
///
///     encoder-benchmark ENCODER WEIGHTS IMAGES BATCH THREADS
///
/// Reads commands from standard input: `run` answers with the seconds that one batch took, `write FILE` writes the stages of the
/// batch, one after the other. WEIGHTS is a weights file of torchvision, IMAGES the batch as `[images, 224, 224, 3]`, raw
/// little-endian float32. As everybody else it keeps all maps of all images until the batch is done.
@main
struct EncoderBenchmark {
    let network: any Encoder
    let images: [Tensor]
    let groups: ImageGroups
    let team: ImageTeam
    let last: Int

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 6, let name = EncoderName(rawValue: arguments[1]), let batch = Int(arguments[4]),
            let threads = Int(arguments[5])
        else { throw BenchmarkError.usage }
        var settings = EncoderSettings()
        settings.name = name
        let pixels = try floats(in: arguments[3])
        let image = Shape(images: 1, height: 224, width: 224, channels: 3)
        let groups = ImageGroups(count: batch, threads: threads)
        let benchmark = EncoderBenchmark(
            network: try name.network(weights: WeightsSource(settings, file: arguments[2]), padding: .zero),
            images: groups.ranges.map { range in
                Tensor(
                    Shape(images: range.count, height: 224, width: 224, channels: 3),
                    values: Array(pixels[range.lowerBound * image.count..<range.upperBound * image.count]))
            },
            groups: groups, team: ImageTeam(threads: threads), last: name.stageNumbers.upperBound)
        while let command = readLine()?.split(separator: " ").map(String.init) {
            if command == ["run"] {
                print(ContinuousClock().measure { _ = benchmark.stages() } / .seconds(1))
            } else if command.count == 2, command[0] == "write" {
                let stages = benchmark.stages().flatMap(\.values)
                try stages.withUnsafeBytes { try Data($0).write(to: URL(filePath: command[1])) }
                print("written")
            } else {
                throw BenchmarkError.usage
            }
            fflush(nil)
        }
    }

    /// The maps of each stage behind the stem, image by image.
    func stages() -> [Tensor] {
        let parts = groups.map(team) { range, team in
            var stages: [Int: [Tensor]] = [:]
            let group = images[groups.ranges.firstIndex(of: range) ?? 0]
            network.visitStages(of: group, through: last, team: team) { stage, _, maps in
                if stage > 0 { stages[stage, default: []].append(maps) }
            }
            return stages
        }
        return (1...last).flatMap { stage in parts.flatMap { $0[stage] ?? [] } }
    }

    private static func floats(in file: String) throws -> [Float] {
        let data = try Data(contentsOf: URL(filePath: file))
        return data.withUnsafeBytes { Array($0.bindMemory(to: Float.self)) }
    }
}

private enum BenchmarkError: Error, CustomStringConvertible {
    case usage

    var description: String { "encoder-benchmark ENCODER WEIGHTS IMAGES BATCH THREADS, then run or write FILE" }
}
