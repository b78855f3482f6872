import Foundation
import Synchronization

/// Room on the disk that is kept for the day when the disk is full.
///
/// A checkpoint writes to the database while its log still takes its own room, so on a full disk SQLite cannot even
/// tidy up. The ballast is given up then. That it can be laid again is the sign that there is room to go on.
final class Ballast: Sendable {
    static let bytes = 4 << 20

    private let folder: StateFolder
    private let isLaid: Mutex<Bool>

    init(_ folder: StateFolder) {
        self.folder = folder
        isLaid = Mutex(folder.size(of: folder.ballast) == Self.bytes)
    }

    /// Takes the room, which is next to nothing to do where it is taken already.
    func lay() throws(StoreError) {
        guard !isLaid.withLock({ $0 }) else { return }
        let descriptor = unsafe open(folder.ballast.path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw .systemError(errno, folder: folder.path, doing: "the ballast cannot be laid")
        }
        defer { close(descriptor) }
        let code = posix_fallocate(descriptor, 0, off_t(Self.bytes))
        guard code == 0 else {
            release()
            throw .systemError(code, folder: folder.path, doing: "the ballast cannot be laid")
        }
        isLaid.withLock { $0 = true }
    }

    /// Gives the room up.
    func release() {
        unsafe unlink(folder.ballast.path)
        isLaid.withLock { $0 = false }
    }
}
