package import Foundation
import Glibc

/// Files that a power cut leaves as they were, or as they should be.
package enum DurableFile {
    /// Writes a file beside the one of this name, and puts it in its place once it is on the disk.
    ///
    /// Only one process at a time may write a file.
    ///
    /// - Throws: `DataError.unwritable`; the file that was there before is untouched then.
    package static func write(_ data: Data, to file: URL) throws(DataError) {
        let draft = file.appendingPathExtension("new")
        let descriptor = unsafe open(draft.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw unwritable(file) }
        do throws(DataError) {
            defer { close(descriptor) }
            guard writeAll(data, to: descriptor), fsync(descriptor) == 0 else { throw unwritable(file) }
        } catch {
            unsafe _ = unlink(draft.path)
            throw error
        }
        guard unsafe rename(draft.path, file.path) == 0 else { throw unwritable(file) }
        try synchronize(file.deletingLastPathComponent())
    }

    private static func writeAll(_ data: Data, to descriptor: Int32) -> Bool {
        unsafe data.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count {
                let count = unsafe Glibc.write(
                    descriptor, bytes.baseAddress.map { unsafe $0 + written }, bytes.count - written)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                written += count
            }
            return true
        }
    }

    /// Puts on the disk which files a folder has.
    private static func synchronize(_ folder: URL) throws(DataError) {
        let descriptor = unsafe open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unwritable(folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw unwritable(folder) }
    }

    private static func unwritable(_ file: URL) -> DataError {
        .unwritable(file.path, cause: unsafe String(cString: strerror(errno)))
    }
}
