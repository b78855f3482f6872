import Foundation

extension StateFolder {
    /// The epoch that stands beside the database; 0 where none was ever written.
    func readEpoch() throws(StoreError) -> Int64 {
        guard size(of: epoch) > 0 else { return 0 }
        // A file that is there and cannot be read is treated like one that makes no sense.
        guard let text = try? String(contentsOf: epoch, encoding: .utf8), text.utf8.count <= 20,
            let number = Int64(text.trimmingCharacters(in: .newlines)), (0..<Self.largestEpoch).contains(number)
        else { throw .corrupt(file: epoch.path, detail: "it should hold one number") }
        return number
    }

    /// Writes the epoch so that after a power cut either the old or the new one is there, whole.
    func writeEpoch(_ number: Int64) throws(StoreError) {
        let draft = url.appending(path: "epoch.new")
        let descriptor = unsafe open(draft.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .systemError(errno, folder: path, doing: "the epoch cannot be written") }
        let text = Array("\(number)\n".utf8)
        let isWritten =
            unsafe text.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) } == text.count
            && fsync(descriptor) == 0
        let code = errno
        close(descriptor)
        guard isWritten else { throw .systemError(code, folder: path, doing: "the epoch cannot be written") }
        guard unsafe rename(draft.path, epoch.path) == 0 else {
            throw .systemError(errno, folder: path, doing: "the epoch cannot be written")
        }
        try synchronize()
    }

    /// Session numbers are made from the epoch's lower 40 bits; one start a second reaches this in 34,000 years.
    private static let largestEpoch: Int64 = 1 << 40
}
