import ConvEngine
import Crypto
package import Foundation
import Glibc

/// The files of one training on a disk; one process at a time has them.
///
/// | file | what it is |
/// |---|---|
/// | `checkpoint.safetensors` | the training as it stood, until it is finished |
/// | `curve.csv` | the loss of each epoch, and the figures on the validation images |
/// | `encoder.safetensors` | the trained encoder, which position trials read |
/// | `result.json` | the figures on the test images, and where all this comes from; written last |
package final class TrainingFolder: Sendable {
    package let url: URL
    /// The folder itself, locked; the kernel unlocks it when this process ends, however it ends.
    private let descriptor: Int32

    package var encoder: URL { url.appending(path: "encoder.safetensors") }
    package var curve: URL { url.appending(path: "curve.csv") }
    package var result: URL { url.appending(path: "result.json") }
    package var checkpoint: URL { url.appending(path: "checkpoint.safetensors") }

    /// Makes the folder where there is none, and takes it.
    ///
    /// - Throws: `TrainingFolderError.taken`, or `DataError.unwritable`.
    package init(_ url: URL) throws {
        self.url = url
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw DataError.unwritable(url.path, cause: error.localizedDescription)
        }
        descriptor = unsafe open(url.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw DataError.unwritable(url.path, cause: unsafe String(cString: strerror(errno)))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw TrainingFolderError.taken(url.path)
        }
    }

    deinit {
        close(descriptor)
    }

    /// The result of this training, where it is finished.
    ///
    /// - Throws: `TrainingFolderError` where the files are not those of this training, or not as it wrote them.
    package func finished(_ task: TrainingTask) throws -> TrainingResult? {
        guard let file = try bytes(of: result, atMost: Self.resultLimit) else { return nil }
        guard let known = try? JSONDecoder().decode(TrainingResult.self, from: file) else {
            throw TrainingFolderError.damaged(result.path, cause: "it is no result of a training")
        }
        guard known.provenance.training == task.specification.digest else {
            throw TrainingFolderError.other(result.path, what: "settings or images")
        }
        guard let weights = try bytes(of: encoder, atMost: Self.largest),
            hexadecimal(SHA256.hash(data: weights)) == known.provenance.encoder
        else { throw TrainingFolderError.damaged(encoder.path, cause: "it is not what this training has made") }
        return known
    }

    /// The training as it stood when it was interrupted; from its beginning where it never began.
    ///
    /// - Throws: `TrainingFolderError` for a checkpoint that cannot be gone on from, else what `EncoderTraining` throws.
    func training(
        _ specification: TrainingSpecification, threads: Int, places: ContentPlaces
    ) throws -> EncoderTraining {
        let checkpoint = try bytes(of: checkpoint, atMost: Self.largest)
        do {
            return try EncoderTraining(
                specification, team: ImageTeam(threads: threads), places: places, resuming: checkpoint)
        } catch ExperimentError.otherTraining(let what) {
            throw TrainingFolderError.other(self.checkpoint.path, what: what)
        } catch ExperimentError.notACheckpoint(let cause) {
            throw TrainingFolderError.damaged(self.checkpoint.path, cause: cause)
        } catch DataError.notWeights(_, _, let cause) {
            throw TrainingFolderError.damaged(self.checkpoint.path, cause: cause)
        }
    }

    /// Keeps all that is needed to go on from here.
    func keep(_ training: EncoderTraining) throws {
        try DurableFile.write(try training.checkpoint(), to: checkpoint)
        try keep(training.curve, of: training.specification.goal)
    }

    /// Writes what came of it, and removes the checkpoint.
    ///
    /// The result stands last, and only then is the training finished: what is interrupted before is done again.
    func finish(_ outcome: TrainingOutcome, _ known: TrainingResult) throws {
        try DurableFile.write(outcome.encoder, to: encoder)
        try keep(outcome.curve, of: known.specification.goal)
        try DurableFile.write(try known.file(), to: result)
        try removeCheckpoint()
    }

    /// Removes what a finished training does not need any more.
    func removeCheckpoint() throws(DataError) {
        for file in [checkpoint, checkpoint.appendingPathExtension("new")] where unsafe unlink(file.path) != 0 {
            guard errno != ENOENT else { continue }
            throw .unwritable(file.path, cause: unsafe String(cString: strerror(errno)))
        }
    }

    private func keep(_ curve: [TrainingEpoch], of goal: TrainingGoal) throws(DataError) {
        try DurableFile.write(Data(curve.commaSeparated(goal).utf8), to: self.curve)
    }

    /// A file's bytes; nil where there is none.
    private func bytes(of file: URL, atMost largest: Int) throws(DataError) -> Data? {
        do {
            return try FileReading.bytes(of: file, atMost: largest)
        } catch .missing {
            return nil
        }
    }

    private static let resultLimit = 1 << 20
    /// VGG-19 has 80 MB of parameters, and a checkpoint three values for each.
    private static let largest = 1 << 30
}

/// Why the files of a training cannot be used; none of them was changed.
package enum TrainingFolderError: Error, Hashable {
    case taken(String)
    case damaged(String, cause: String)
    case other(String, what: String)
}

extension TrainingFolderError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .taken(let folder): "\(folder) is in use by another posweep train — wait for it, or name another --output"
        case .damaged(let file, let cause):
            "\(file) cannot be used: \(cause); nothing was changed — remove its folder to begin this training anew"
        case .other(let file, let what):
            """
            \(file) is of a training with other \(what); nothing was changed — name another --output, or remove its \
            folder to begin this training anew
            """
        }
    }
}
