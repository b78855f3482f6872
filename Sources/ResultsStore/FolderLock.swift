import Foundation

/// The right to write to a state folder, held by one process at a time until this object is gone.
///
/// The kernel gives it back when the process ends, however it ends, so a lock is never left behind.
final class FolderLock: Sendable {
    private let descriptor: Int32

    init(_ folder: StateFolder) throws(StoreError) {
        // Worker processes that we start must not inherit the lock, or a crash of ours would not free it.
        descriptor = unsafe open(folder.lock.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw .systemError(errno, folder: folder.path, doing: "the lock cannot be opened")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else {
                throw .systemError(errno, folder: folder.path, doing: "the folder cannot be locked")
            }
            throw .owned(folder: folder.path, processID: Self.owner(descriptor))
        }
        try writeOwner(folder)
    }

    deinit {
        close(descriptor)
    }

    /// Gives the right back before the object goes.
    func release() {
        flock(descriptor, LOCK_UN)
    }

    private func writeOwner(_ folder: StateFolder) throws(StoreError) {
        let text = Array("\(getpid())\n".utf8)
        guard ftruncate(descriptor, 0) == 0,
            unsafe text.withUnsafeBytes({ unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }) == text.count
        else {
            throw .systemError(errno, folder: folder.path, doing: "the lock cannot be written")
        }
    }

    private static func owner(_ descriptor: Int32) -> Int? {
        var bytes = [UInt8](repeating: 0, count: 20)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count > 0 else { return nil }
        return Int(String(decoding: bytes.prefix(count), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
    }
}
