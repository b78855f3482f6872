import Foundation

/// A sweep with one training of 42 steps in a folder of its own.
struct TinyTraining {
    let folder: URL
    var file: URL { folder.appending(path: "training.yaml") }

    init(in folder: URL, text: String = Self.text) throws {
        self.folder = folder
        try Data(text.utf8).write(to: file)
    }

    static let text = """
        name: training
        experiment: saliency
        encoder: vgg5
        training:
          data:
            size: 48
            train: {synthetic: scenes, count: 27}
            validation: {synthetic: scenes, count: 2, seed: 2}
            test: {new: {synthetic: scenes, count: 3, seed: 3}}
          epochs: 3
          batch: 2

        """

    /// The beginning of a sweep file, called tiny, that may train and read positions.
    static let besidePositions = """
        name: tiny
        data:
          size: 48
          train: {synthetic: leaves, count: 8}
          test: {natural: {synthetic: leaves, count: 3, seed: 2}}
        training:
          data:
            size: 48
            train: {synthetic: scenes, count: 16}
            test: {new: {synthetic: scenes, count: 6, seed: 2}}
          epochs: 3
          batch: 4
        encoder: vgg5

        """

    /// The arguments that train it.
    func arguments(output: String, _ further: [String] = []) -> [String] {
        ["train", file.path, "--output", output, "--checkpoint-every", "0s"] + further
    }

    /// Trains to the end.
    func train(output: String, _ further: String...) async throws -> PosweepProcess.Outcome {
        try await PosweepProcess.run(arguments(output: output, further), in: folder)
    }

    /// The files of the only training by their names.
    func files(output: String) throws -> [String: Data] {
        let place = try place(output: output)
        let names = try FileManager.default.contentsOfDirectory(atPath: place.path)
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: place.appending(path: $0))) })
    }

    /// The only training's folder.
    func place(output: String) throws -> URL {
        let place = folder.appending(path: output)
        return place.appending(path: try FileManager.default.contentsOfDirectory(atPath: place.path).first ?? "")
    }

    /// Starts it, and lets it go on until there is a checkpoint of this step or a later one.
    func start(output: String, untilStep step: Int, _ further: [String] = []) async throws -> PosweepProcess {
        let process = try PosweepProcess(arguments(output: output, further), in: folder)
        while try !(checkpointStep(output: output) ?? 0 >= step) {
            try Task.checkCancellation()
            await Task.yield()
        }
        return process
    }

    /// The step of the checkpoint that is there, from the header of the file.
    private func checkpointStep(output: String) throws -> Int? {
        guard let file = try? place(output: output).appending(path: "checkpoint.safetensors"),
            let data = try? Data(contentsOf: file), data.count > 8
        else { return nil }
        let length = data.prefix(8).enumerated().reduce(0) { $0 + Int($1.element) << (8 * $1.offset) }
        let header = try JSONSerialization.jsonObject(with: data.dropFirst(8).prefix(length)) as? [String: Any]
        return (header?["__metadata__"] as? [String: String])?["step"].flatMap { Int($0) }
    }
}
