import ArgumentParser
import Coordination
import Experiments
import Foundation
import ResultsStore

struct MapsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "maps",
        abstract: "Write predicted maps, their truth and their errors as .png and .npy.",
        discussion: """
            Each trial gets a folder. Errors are drawn from dark blue, none, to yellow, one half or more.

            Example:

              posweep maps quickstart --output maps
            """)

    @OptionGroup var source: StateOptions

    @Option(help: "The folder to write to; it is made where there is none.")
    var output: String

    @Option(help: "Side of the maps in pixels.")
    var size = 224

    func validate() throws {
        guard (2...4096).contains(size) else { throw ValidationError("--size \(size): choose 2 to 4096 pixels") }
    }

    func run() throws {
        let (store, sweep) = try source.open()
        let trials = Dictionary(
            uniqueKeysWithValues: try store.table(of: sweep).trials.map { ($0.id, $0) })
        let keys = try store.tableDefinition(of: sweep).settings
        var count = 0
        try store.forEachMap(of: sweep) { stored in
            guard let trial = trials[stored.trial] else { return }
            func setting(_ key: String) -> String? { keys.firstIndex(of: key).map { trial.settings[$0] } }
            guard let target = setting("target").flatMap(PositionMap.init) else { return }
            let stripes = setting("stripes").flatMap(StripeRange.init) ?? .unit
            let words = ["encoder", "encoder.padding", "target"].compactMap(setting).filter { $0 != "–" }
            let folder = URL(filePath: output)
                .appending(path: (words + [stored.trial.short]).joined(separator: "-"))
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let map = stored.map
            let prediction = enlarged(map.values, side: map.width, to: size)
            let truth = target.values(side: size, stripes: stripes)
            let file = folder.appending(path: "\(map.testSet)-\(map.image)")
            try write(prediction, truth, stripes, to: file)
            count += 1
        }
        guard count > 0 else { throw Failure.work("the sweep has no maps yet") }
        print("\(count) maps in \(output)")
    }

    private func write(_ prediction: [Float], _ truth: [Float], _ stripes: StripeRange, to file: URL) throws {
        func named(_ suffix: String) -> URL {
            file.deletingLastPathComponent().appending(path: file.lastPathComponent + suffix)
        }
        let error = zip(prediction, truth).map { abs($0 - $1) }
        let shown = stripes == .signed ? truth.map { ($0 + 1) / 2 } : truth
        try NumPyFile(shape: [size, size], values: prediction).write(to: named("-prediction.npy"))
        try NumPyFile(shape: [size, size], values: truth).write(to: named("-truth.npy"))
        try HeatMap.grey(prediction, height: size, width: size).write(to: named("-prediction.png"))
        try HeatMap.grey(shown, height: size, width: size).write(to: named("-truth.png"))
        try HeatMap.error(error, height: size, width: size, largest: 0.5).write(to: named("-error.png"))
    }
}
