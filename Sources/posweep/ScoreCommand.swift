import ArgumentParser
import Experiments
import Foundation

struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Score predicted maps against the truth: \(PositionMetrics.names.joined(separator: " and ")).",
        discussion: """
            SPC is Spearman's rank correlation, MAE the mean absolute error. Both files hold one map, [height, width], or several, [images, height, width];
            one truth serves all predictions. A constant map has no SPC: it is shown as –,
            and null with --json.

            Example:

              posweep score predicted.npy targets/H.npy
            """)

    @Argument(help: "The predicted maps, a .npy file.", completion: .file(extensions: ["npy"]))
    var predicted: String

    @Argument(help: "The true maps, a .npy file.", completion: .file(extensions: ["npy"]))
    var truth: String

    @OptionGroup var form: OutputForm

    func run() throws {
        let scores = try MapScores(predicted: Maps(readingFrom: predicted), truth: Maps(readingFrom: truth))
        try form.show(scores, scores.text)
    }
}

/// The maps of a .npy file, one or several.
private struct Maps {
    let path: String
    let height: Int
    let width: Int
    let maps: [ArraySlice<Float>]

    init(readingFrom path: String) throws {
        self.path = path
        let file = try NumPyFile(readingFrom: URL(filePath: path))
        let (shape, values) = (file.shape, file.values)
        guard (2...3).contains(shape.count), let width = shape.last, width > 0, !values.isEmpty else {
            throw Failure.usage("\(path): a map is [height, width] or [images, height, width], this is \(shape)")
        }
        self.width = width
        height = shape[shape.count - 2]
        let pixels = height * width
        maps = stride(from: 0, to: values.count, by: pixels).map { values[$0..<$0 + pixels] }
    }
}

/// All metrics of each image and their means.
private struct MapScores: Encodable {
    struct Score: Encodable {
        /// In the order of ``PositionMetrics``, each nil where it is not defined.
        let figures: [Double?]

        func encode(to encoder: any Swift.Encoder) throws {
            let names = PositionMetrics.names.map { $0.lowercased() }
            try Dictionary(uniqueKeysWithValues: zip(names, figures)).encode(to: encoder)
        }

        var texts: [String] { figures.map { $0.map { String(format: "%.6f", $0) } ?? "–" } }
    }

    let images: [Score]
    let mean: Score
    /// For how many images a metric is not defined.
    let undefined: Int

    init(predicted: Maps, truth: Maps) throws {
        guard predicted.height == truth.height, predicted.width == truth.width else {
            throw Failure.usage(
                """
                \(predicted.path) has maps of \(predicted.height)x\(predicted.width) and \(truth.path) of \
                \(truth.height)x\(truth.width) — both must have one size
                """)
        }
        guard truth.maps.count == 1 || truth.maps.count == predicted.maps.count else {
            throw Failure.usage(
                """
                \(predicted.path) holds \(predicted.maps.count) maps and \(truth.path) \(truth.maps.count) — give one \
                truth, or one for each prediction
                """)
        }
        let truths = truth.maps.map { truth in PositionMetrics.all.map { $0.init(truth: Array(truth)) } }
        let images = predicted.maps.enumerated().map { number, map in
            let metrics = truths[truths.count == 1 ? 0 : number]
            return Score(figures: metrics.map { $0.value(of: Array(map)) })
        }
        self.images = images
        undefined = images.count { $0.figures.contains(nil) }
        mean = Score(
            figures: PositionMetrics.all.indices.map { metric in
                let defined = images.compactMap { $0.figures[metric] }
                return defined.isEmpty ? nil : defined.reduce(0, +) / Double(defined.count)
            })
    }

    var text: String {
        var lines = [line("image", PositionMetrics.names)]
        for (number, score) in images.enumerated() { lines.append(line(String(number), score.texts)) }
        lines.append(line("mean", mean.texts))
        for (metric, name) in PositionMetrics.names.enumerated() {
            let undefined = images.count { $0.figures[metric] == nil }
            guard undefined > 0 else { continue }
            lines.append("\(name) is not defined for \(undefined) of \(images.count) images (constant maps)")
        }
        return lines.joined(separator: "\n")
    }

    private func line(_ name: String, _ columns: [String]) -> String {
        let padded = name.padding(toLength: max(5, name.count), withPad: " ", startingAt: 0)
        return ([padded] + columns.map { String(repeating: " ", count: max(0, 9 - $0.count)) + $0 })
            .joined(separator: " ")
    }
}
