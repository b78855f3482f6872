import ArgumentParser
import Experiments
import Foundation

struct ScoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Score predicted maps against the truth: SPC and MAE.",
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

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let scores = try MapScores(predicted: Maps(readingFrom: predicted), truth: Maps(readingFrom: truth))
        print(json ? try scores.json : scores.text)
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

/// SPC and MAE of each image and their means.
private struct MapScores: Encodable {
    struct Score: Encodable {
        let spc: Double?
        let mae: Double

        func encode(to encoder: any Swift.Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(spc, forKey: .spc)  // Null, where the synthesised code would leave the key out.
            try container.encode(mae, forKey: .mae)
        }

        private enum CodingKeys: String, CodingKey {
            case spc, mae
        }
    }

    let images: [Score]
    let mean: Score
    /// For how many images SPC is not defined.
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
        images = predicted.maps.enumerated().map { number, map in
            let truth = truth.maps[truth.maps.count == 1 ? 0 : number]
            return Score(
                spc: spearmanCorrelation(of: Array(map), and: Array(truth)),
                mae: meanAbsoluteError(of: Array(map), and: Array(truth)))
        }
        let defined = images.compactMap(\.spc)
        undefined = images.count - defined.count
        mean = Score(
            spc: defined.isEmpty ? nil : defined.reduce(0, +) / Double(defined.count),
            mae: images.reduce(0) { $0 + $1.mae } / Double(images.count))
    }

    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    var text: String {
        var lines = ["image       SPC       MAE"]
        for (number, score) in images.enumerated() { lines.append(line(String(number), score)) }
        lines.append(line("mean", mean))
        if undefined > 0 {
            lines.append("SPC is not defined for \(undefined) of \(images.count) images (constant maps)")
        }
        return lines.joined(separator: "\n")
    }

    private func line(_ name: String, _ score: Score) -> String {
        let spc = score.spc.map { String(format: "%9.6f", $0) } ?? "        –"
        let padded = name.padding(toLength: max(5, name.count), withPad: " ", startingAt: 0)
        return "\(padded) \(spc) \(String(format: "%9.6f", score.mae))"
    }
}
