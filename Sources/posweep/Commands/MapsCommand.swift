import ArgumentParser
import Coordination
import Experiments
import Foundation
import ResultsStore
import Sweep

struct MapsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "maps",
        abstract: "Write predicted maps, their truth and errors, or one sheet of them.",
        discussion: """
            With --output each trial gets a folder of .png and .npy files. With --sheet one picture shows some
            test images beside the truth, each model's prediction and its error, as the
            paper's case study does. Errors are drawn from dark blue, none, to yellow, one
            half or more.

            Examples:

              posweep maps quickstart --output maps
              posweep maps quickstart --sheet cases.png --test natural --images 0,3,5
            """)

    @OptionGroup var source: StateOptions

    @Option(
        help: ArgumentHelp("The folder to write to; it is made where there is none.", valueName: "folder"),
        completion: .directory)
    var output: String?

    @Option(
        help: ArgumentHelp("The .png file to draw the sheet into.", valueName: "file"),
        completion: .file(extensions: ["png"]))
    var sheet: String?

    @Option(help: "The test set of the sheet; by default the first that has maps.")
    var test: String?

    @Option(help: "The numbers of the sheet's test images, e.g. 0,3; by default the first three.")
    var images = "0,1,2"

    @Option(help: "Side of the maps in pixels; by default that of the sweep's images.")
    var size: Int?

    @OptionGroup var form: OutputForm

    func validate() throws {
        guard size.map((2...4096).contains) ?? true else { throw ValidationError("--size: choose 2 to 4096 pixels") }
        guard output != nil || sheet != nil else { throw ValidationError("give --output FOLDER or --sheet FILE.png") }
        _ = try imageNumbers()
    }

    private func imageNumbers() throws -> [Int] {
        let numbers = images.split(separator: ",").map { Int($0) }
        let known = numbers.compactMap(\.self)
        guard known.count == numbers.count, (1...64).contains(known.count), known.allSatisfy({ $0 >= 0 }) else {
            throw ValidationError("--images \(images): give up to 64 numbers from 0 on, e.g. 0,3")
        }
        return known
    }

    func run() throws {
        let (store, sweep) = try source.open()
        let table = try store.table(of: sweep)
        var written = WrittenMaps()
        if let output {
            let maps = try writeMaps(of: sweep, table, store, to: output)
            written.maps = maps
            if !form.isJSON { print("\(maps.count) maps in \(output)") }
        }
        if let sheet {
            let cases = try CaseStudy(of: sweep, table, in: store, test: test, images: try imageNumbers())
            try cases.sheet.write(to: URL(filePath: sheet))
            (written.sheet, written.summary) = (sheet, cases.summary)
            if !form.isJSON { print("\(sheet): \(cases.summary)") }
        }
        if form.isJSON { print(try OutputForm.json(of: written)) }
    }

    private func writeMaps(
        of sweep: SweepID, _ table: ResultsTable, _ store: ResultsStore, to output: String
    ) throws -> [WrittenMaps.Map] {
        let trials = Dictionary(uniqueKeysWithValues: table.trials.map { ($0.id, $0) })
        // All trials of positions read the same images; the store is not asked again while it hands out maps.
        let side = try size ?? imageSide(of: table, store)
        var written: [WrittenMaps.Map] = []
        try store.forEachMap(of: sweep) { stored in
            guard let trial = trials[stored.trial] else { return }
            func setting(_ key: String) -> String? {
                trial.setting(key, in: table.definition).flatMap { $0 == TableDefinition.irrelevant ? nil : $0 }
            }
            guard let target = setting("target").flatMap(PositionMap.init) else { return }
            let stripes = setting("stripes").flatMap(StripeRange.init) ?? .unit
            let words = ["encoder", "encoder.padding", "target"].compactMap(setting)
            let folder = URL(filePath: output)
                .appending(path: (words.map(\.asFileName) + [stored.trial.short]).joined(separator: "-"))
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let map = stored.map
            let prediction = enlarged(map.values, side: map.width, to: side)
            let truth = target.values(side: side, stripes: stripes)
            let files = MapFiles(folder.appending(path: "\(map.testSet.asFileName)-\(map.image)"))
            try write(prediction, truth, stripes, side, to: files)
            written.append(
                WrittenMaps.Map(
                    trial: "\(stored.trial)", encoder: setting("encoder"), target: target.rawValue,
                    stripes: setting("stripes"), seed: setting(TableDefinition.seedKey), test: map.testSet,
                    image: map.image, imageName: map.imageName, size: side,
                    prediction: files.prediction.relativePath, truth: files.truth.relativePath,
                    predictionPicture: files.predictionPicture.relativePath,
                    truthPicture: files.truthPicture.relativePath, errorPicture: files.errorPicture.relativePath))
        }
        guard !written.isEmpty else { throw Failure.work("the sweep has no maps yet") }
        return written
    }

    /// Side of the images that the sweep's trials of positions read.
    private func imageSide(of table: ResultsTable, _ store: ResultsStore) throws -> Int {
        for trial in table.trials {
            if let task = try ExperimentTask(of: trial.id, in: store) { return task.size }
        }
        return 224
    }

    private func write(
        _ prediction: [Float], _ truth: [Float], _ stripes: StripeRange, _ side: Int, to files: MapFiles
    ) throws {
        let error = zip(prediction, truth).map { abs($0 - $1) }
        let shown = stripes == .signed ? truth.map { ($0 + 1) / 2 } : truth
        try NumPyFile(shape: [side, side], values: prediction).write(to: files.prediction)
        try NumPyFile(shape: [side, side], values: truth).write(to: files.truth)
        try HeatMap.grey(prediction, height: side, width: side).write(to: files.predictionPicture)
        try HeatMap.grey(shown, height: side, width: side).write(to: files.truthPicture)
        try HeatMap.error(error, height: side, width: side, largest: 0.5).write(to: files.errorPicture)
    }
}

/// The files of one map.
private struct MapFiles {
    let prediction, truth, predictionPicture, truthPicture, errorPicture: URL

    init(_ stem: URL) {
        let folder = stem.deletingLastPathComponent()
        func named(_ suffix: String) -> URL { folder.appending(path: stem.lastPathComponent + suffix) }
        (prediction, truth) = (named("-prediction.npy"), named("-truth.npy"))
        (predictionPicture, truthPicture) = (named("-prediction.png"), named("-truth.png"))
        errorPicture = named("-error.png")
    }
}

extension TableTrial {
    /// A setting's value as tables show it.
    func setting(_ key: String, in definition: TableDefinition) -> String? {
        definition.settings.firstIndex(of: key).map { settings[$0] }
    }
}

extension ExperimentTask {
    /// A task that a stored trial is part of.
    init?(of trial: TrialID, in store: ResultsStore) throws {
        guard let body = try store.taskBody(of: trial), let task = try TaskWork(body: body).position
        else { return nil }
        self = task
    }
}
