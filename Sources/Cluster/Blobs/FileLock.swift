import Glibc

/// A lock between processes of one host: `flock` on a file, given up when this goes or the process dies.
final class FileLock {
    let path: String
    private let descriptor: Int32

    /// Takes the lock; nil where somebody else has it, or the file cannot be made.
    ///
    /// - Parameters:
    ///   - path: The file, which is made where there is none.
    ///   - isPatient: Waits until it is free.
    init?(_ path: String, isPatient: Bool = false) {
        self.path = path
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return nil }
        while flock(descriptor, LOCK_EX | (isPatient ? 0 : LOCK_NB)) != 0 {
            guard errno == EINTR else { return nil }
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }
}
