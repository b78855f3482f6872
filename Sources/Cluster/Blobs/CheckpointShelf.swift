import Coordination
import Foundation
import Glibc
import ResultsStore
import Synchronization

/// How far the tasks of a coordinator have come that have no result yet, on its disk.
///
/// In `checkpoints` of the state folder a file `TASK.STEP.SHA256` is the newest checkpoint of a task; the one before it stays
/// too, as long as a worker may be fetching it. What is asked for is done on a thread of its own, in order.
final class CheckpointShelf: Sendable {
    private struct Kept: Sendable {
        let checkpoint: TaskCheckpoint
        let path: String
    }

    private let folder: URL
    private let arrivals: ArrivalFolder
    /// Those of each task, the newest last.
    private let kept = Mutex<[TaskID: [Kept]]>([:])
    private let queue = DispatchQueue(label: "posweep.checkpoints")

    init(stateFolder: URL) {
        folder = stateFolder.appending(path: "checkpoints")
        arrivals = ArrivalFolder(stateFolder: stateFolder)
        kept.withLock { $0 = Self.read(folder) }
    }

    private static func read(_ folder: URL) -> [TaskID: [Kept]] {
        var found: [TaskID: [Kept]] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] {
            let parts = name.split(separator: ".")
            guard parts.count == 3, let task = TaskID(String(parts[0])), let step = Int(parts[1]), step > 0,
                let digest = BlobName(digits: parts[2]),
                let size = FileSize.of(folder.appending(path: name).path), (1...TrialArtifact.sizeLimit).contains(size)
            else { continue }
            let checkpoint = TaskCheckpoint(TrialArtifact(name: digest, size: size), step: step)
            found[task, default: []].append(Kept(checkpoint: checkpoint, path: folder.appending(path: name).path))
        }
        return found.mapValues { $0.sorted { $0.checkpoint.step < $1.checkpoint.step } }
    }

    /// The tasks of which something is kept.
    var tasks: [TaskID] { kept.withLock { Array($0.keys) } }

    /// How far a task has come.
    func newest(of task: TaskID) -> TaskCheckpoint? { kept.withLock { $0[task]?.last?.checkpoint } }

    /// Takes a checkpoint whose file has arrived, in place of older ones of its task.
    ///
    /// - Parameters:
    ///   - checkpoint: How far the task has come.
    ///   - task: The task.
    ///   - then: Called on another thread when it is on the disk; never, where its file is not there.
    func keep(_ checkpoint: TaskCheckpoint, of task: TaskID, then: @escaping @Sendable () -> Void) {
        queue.async { [self] in
            guard checkpoint.step > newest(of: task)?.step ?? 0 else { return }
            let place = folder.appending(path: "\(task).\(checkpoint.step).\(checkpoint.file.name.digits)")
            guard arrivals.adopt(checkpoint.file, as: place) else { return }
            let old = kept.withLock { kept in
                let all = kept[task, default: []] + [Kept(checkpoint: checkpoint, path: place.path)]
                kept[task] = all.suffix(2)
                return all.dropLast(2)
            }
            for one in old { unsafe _ = unlink(one.path) }
            then()
        }
    }

    /// Returns when all that was asked for is done.
    func settle() {
        queue.sync {}
    }

    /// Forgets a task's checkpoints.
    func drop(_ task: TaskID) {
        queue.async { [self] in
            let old = kept.withLock { $0.removeValue(forKey: task) } ?? []
            for one in old { unsafe _ = unlink(one.path) }
        }
    }

    /// Removes those of tasks that no sweep waits for any more.
    ///
    /// - Throws: `StoreError` where it cannot be told.
    func tidy(keepingWhatIsNeededBy store: ResultsStore) throws(StoreError) {
        let tasks = tasks
        guard !tasks.isEmpty else { return }
        let live = try store.liveTasks(among: tasks)
        for task in tasks where !live.contains(task) { drop(task) }
    }

    /// Where the file of this name is; nil where it is no checkpoint's.
    func place(of name: BlobName) -> (path: String, size: Int)? {
        kept.withLock { kept in
            for one in kept.values.joined() where one.checkpoint.file.name == name {
                return (one.path, one.checkpoint.file.size)
            }
            return nil
        }
    }
}

extension BlobName {
    /// The name that these 64 hexadecimal digits spell, or nil.
    init?(digits: some StringProtocol) {
        var bytes: [UInt8] = []
        var rest = digits[...]
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16), rest.count >= 2 else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        self.init(bytes)
    }
}
