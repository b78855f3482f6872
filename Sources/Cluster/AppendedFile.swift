import Glibc

/// A new file that grows by what is on the disk, and by nothing else as far as the disk allows.
final class AppendedFile: Sendable {
    private let descriptor: Int32

    /// - Throws: `SystemError` where it cannot be made, or is there.
    init(_ path: String) throws(SystemError) {
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemError(number: errno) }
    }

    deinit {
        close(descriptor)
    }

    /// Adds bytes at the file's end, which outlive a power cut when this returns.
    ///
    /// - Throws: `SystemError`; then the file ends where it did.
    func append(_ bytes: [UInt8], at end: Int) throws(SystemError) {
        do throws(SystemError) {
            try write(bytes, at: end)
            guard fdatasync(descriptor) == 0 else { throw SystemError(number: errno) }
        } catch {
            _ = ftruncate(descriptor, end)
            throw error
        }
    }

    private func write(_ bytes: [UInt8], at offset: Int) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let more = unsafe bytes.withUnsafeBytes { place in
                unsafe pwrite(
                    descriptor, place.baseAddress.map { unsafe $0 + written }, place.count - written, offset + written)
            }
            if more < 0, errno == EINTR { continue }
            guard more > 0 else { throw SystemError(number: errno) }
            written += more
        }
    }
}
