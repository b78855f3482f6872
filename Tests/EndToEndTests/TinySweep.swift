import Foundation
import TestSupport

/// A sweep of a few seconds, with two encoders and the raw image, in a folder of its own.
struct TinySweep {
    let folder: URL
    let name: String
    var file: URL { folder.appending(path: "\(name).yaml") }

    init(in folder: URL, text: String = Self.text) throws {
        self.folder = folder
        name = text.firstMatch(of: /name: (\S+)/).map { String($0.1) } ?? "tiny"
        try Data(text.utf8).write(to: file)
    }

    static let text = """
        name: tiny
        data:
          size: 48
          train: {synthetic: leaves, count: 8, seed: 1}
          test:
            natural: {synthetic: leaves, count: 3, seed: 2}
            black: {constant: 0}
        encoder: {normalise: imagenet}
        matrix:
          encoder: [none, vgg16]
          encoder.seed: [1, 2]
          target: [H, G]
        seeds: 2
        fit: {epochs: 3, batch: 4, decay_at: [2]}
        table: {rows: [encoder, encoder.seed, target], columns: [test], metrics: [SPC, MAE]}

        """

    /// The same with so many encoder passes of a task each, and four trials in a task; another number makes other trials of it.
    static func text(passes: Int, number: Int = 0) -> String {
        let seeds = (1...passes).map { String(1_000 * number + $0) }.joined(separator: ", ")
        return text.replacing("[none, vgg16]", with: "[vgg16]")
            .replacing("encoder.seed: [1, 2]", with: "encoder.seed: [\(seeds)]")
            .replacing("name: tiny", with: number == 0 ? "name: tiny" : "name: tiny-\(number)")
    }

    /// Runs the sweep to its end in this state folder.
    func run(state: String, _ arguments: String...) async throws -> PosweepProcess.Outcome {
        try await PosweepProcess.run(["run", file.path, "--state", state] + arguments, in: folder)
    }

    /// The results without their provenance, which names hosts and times.
    func results(state: String) async throws -> String {
        try await PosweepProcess.run(
            ["table", name, "--state", state, "--format", "csv", "--no-provenance"], in: folder
        )
        .output
    }
}
