import ConvEngine
import Experiments
import Foundation

/// Fits one-layer readouts for all five targets on command, for fits.py.
///
///     fit-benchmark FEATURES IMAGES KERNEL THREADS
///
/// Reads commands from standard input: `run` trains all five for one epoch and answers with its seconds and the mean of their
/// losses. FEATURES holds for each image the five stages of VGG-16 as they are kept: 28x28 with 64, 128, 256 and 512 channels, then 14x14
/// with 512, raw little-endian float32.
@main
struct FitBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 5, let count = Int(arguments[2]), let kernel = Int(arguments[3]),
            let threads = Int(arguments[4])
        else { throw BenchmarkError.usage }
        let channels = [64, 128, 256, 512, 512]
        let shapes = zip([28, 28, 28, 28, 14], channels).map { side, channels in
            Shape(images: 1, height: side, width: side, channels: channels)
        }
        let data = try Data(contentsOf: URL(filePath: arguments[1]))
        let features = data.withUnsafeBytes { bytes in
            let floats = bytes.bindMemory(to: Float.self)
            var place = 0
            return (0..<count).map { _ in
                FeatureMaps(
                    side: 28,
                    stages: shapes.map { shape in
                        defer { place += shape.count }
                        return Tensor(shape, values: Array(floats[place..<place + shape.count]))
                    })
            }
        }
        let trials = PositionMap.allCases.map { target in
            var trial = TrialSettings()
            trial.target = target
            (trial.posenet.kernel, trial.fit.epochs, trial.fit.batch) = (kernel, 1, 8)
            return trial
        }
        let readouts = try trials.map { try PosENet($0.posenet, channels: 1_472, side: 28, seed: 1) }
        var fit = Fit(
            trials: trials, readouts: readouts, selections: trials.map { _ in StageSelection(places: Array(0..<5), channels: channels) },
            schedule: Fit.Schedule(trials[0].fit), targetSide: 224, team: ImageTeam(threads: threads))
        while let command = readLine() {
            guard command == "run" else { throw BenchmarkError.usage }
            var loss = 0.0
            let time = try ContinuousClock().measure {
                try fit.run(on: features) { _, losses in loss = losses.reduce(0, +) / Double(losses.count) }
            }
            print(time / .seconds(1), loss)
            fflush(nil)
        }
    }
}

private enum BenchmarkError: Error, CustomStringConvertible {
    case usage

    var description: String { "fit-benchmark FEATURES IMAGES KERNEL THREADS, then run" }
}
