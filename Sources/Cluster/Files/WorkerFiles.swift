package import Coordination
import Crypto
import Experiments
package import Foundation
import Glibc

/// The files that a worker's trainings make, in its own folder, until the coordinator has them.
///
/// | in the folder | what it is |
/// |---|---|
/// | `made/SHA256` | an encoder or a checkpoint that the coordinator is to have |
/// | `checkpoints/TRIAL` | how far the worker's last training has come, for itself |
///
/// The compute process writes them, and they are on the disk before the agent hears of them; the agent removes what is under
/// `made`. What is beyond ``Coordination/TrialArtifact/sizeLimit`` is not kept at all.
package struct WorkerFiles: Sendable {
    private let made: URL
    private let checkpoints: URL

    /// - Parameter folder: The worker's own folder, which one process at a time has taken.
    package init(in folder: URL) {
        made = folder.appending(path: "made")
        checkpoints = folder.appending(path: "checkpoints")
    }

    func url(of file: BlobName) -> URL { made.appending(path: file.digits) }

    /// Keeps a file under its content's name.
    ///
    /// - Returns: Its name and size.
    /// - Throws: `DataError.unwritable`; a full disk is the usual reason.
    func keep(_ data: Data) throws(DataError) -> TrialArtifact {
        guard let name = BlobName(Array(SHA256.hash(data: data))), (1...TrialArtifact.sizeLimit).contains(data.count)
        else { throw .unwritable(made.path, cause: "a file of \(data.count) bytes is not kept") }
        try Self.make(made)
        try DurableFile.write(data, to: url(of: name))
        return TrialArtifact(name: name, size: data.count)
    }

    func remove(_ file: BlobName) {
        unsafe _ = unlink(url(of: file).path)
    }

    /// Removes what an earlier process has left and no result needs.
    package func tidy(keeping files: Set<BlobName>) {
        let kept = Set(files.map(\.digits))
        for name in names(in: made) where !kept.contains(name) {
            unsafe _ = unlink(made.appending(path: name).path)
        }
    }

    // MARK: How far a training has come

    /// What this worker knows of how far a training has come; nil where it knows nothing.
    func newestCheckpoint(of trial: String) -> Data? {
        let file = checkpoints.appending(path: trial)
        guard let size = FileSize.of(file.path), size <= TrialArtifact.sizeLimit else { return nil }
        return try? Data(contentsOf: file)
    }

    /// Makes a file that is kept the newest checkpoint of a training, and forgets those of all others.
    ///
    /// Where that fails, this worker begins where the coordinator says.
    func setNewestCheckpoint(of trial: String, to file: BlobName) {
        try? Self.make(checkpoints)
        for name in names(in: checkpoints) where name != trial {
            unsafe _ = unlink(checkpoints.appending(path: name).path)
        }
        let draft = checkpoints.appending(path: trial + ".new").path
        unsafe _ = unlink(draft)
        // Two names of one file: the agent removes the other one when the coordinator has it.
        guard unsafe link(url(of: file).path, draft) == 0 else { return }
        unsafe _ = rename(draft, checkpoints.appending(path: trial).path)
    }

    /// A training has come to its end.
    func removeCheckpoint(of trial: String) {
        unsafe _ = unlink(checkpoints.appending(path: trial).path)
    }

    private static func make(_ folder: URL) throws(DataError) {
        guard unsafe mkdir(folder.path, 0o700) == 0 || errno == EEXIST else {
            throw .unwritable(folder.path, cause: SystemError.text(errno))
        }
    }

    private func names(in folder: URL) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []  // No folder, no files.
    }
}

extension BlobName {
    /// All of its hexadecimal digits, as files are named.
    package var digits: String { bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
