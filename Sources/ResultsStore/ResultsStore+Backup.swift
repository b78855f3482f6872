package import Foundation
import GRDB
import Glibc

extension ResultsStore {
    /// Writes the database as it is at this moment to a new file, which is whole, checked and on disk when this returns.
    ///
    /// A coordinator may go on writing meanwhile. A store that only reads is enough, and is what another process than the
    /// coordinator's has to use.
    ///
    /// - Throws: `backupExists` where there is a file of that name, which is left alone; `backupFailed` where the copy cannot
    ///   be made or is not sound, and then nothing of it stays; `corrupt` where the database itself is not.
    package func backUp(to file: URL) throws(StoreError) {
        guard !Self.exists(file) else { throw .backupExists(file: file.path) }
        let draft = file.deletingLastPathComponent().appending(path: ".\(file.lastPathComponent).partial")
        // What a backup that was cut off has left is of no use.
        unsafe unlink(draft.path)
        defer { unsafe _ = unlink(draft.path) }
        do {
            // VACUUM cannot run in a transaction; it makes its own, which sees one moment.
            try connection.queue.inDatabase { db in
                try db.execute(sql: "VACUUM INTO ?", arguments: [draft.path])
            }
        } catch {
            let error = StoreError(error, in: folder)
            if case .corrupt = error { throw error }
            throw .backupFailed(file: file.path, detail: error.cause)
        }
        try Self.requireSound(draft, of: file)
        try Self.publish(draft, as: file)
    }

    private static func exists(_ file: URL) -> Bool {
        var facts = stat()
        return unsafe lstat(file.path, &facts) == 0
    }

    private static func requireSound(_ draft: URL, of file: URL) throws(StoreError) {
        do {
            var configuration = Configuration()
            configuration.readonly = true
            let queue = try DatabaseQueue(path: draft.path, configuration: configuration)
            let findings = try queue.read { db in
                try String.fetchAll(db, sql: "PRAGMA integrity_check(1)")
                    + Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map { row in "a row refers to nothing: \(row)" }
            }
            try queue.close()
            guard findings == ["ok"] else {
                throw StoreError.backupFailed(file: file.path, detail: findings.joined(separator: "; "))
            }
        } catch let error as StoreError {
            throw error
        } catch {
            throw .backupFailed(file: file.path, detail: "\(error)")
        }
    }

    /// Gives the draft its name once it is on disk, unless somebody has taken the name by now.
    private static func publish(_ draft: URL, as file: URL) throws(StoreError) {
        let descriptor = unsafe open(draft.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .backupFailed(file: file.path, detail: SystemText.of(errno)) }
        defer { _ = Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .backupFailed(file: file.path, detail: SystemText.of(errno)) }
        guard unsafe link(draft.path, file.path) == 0 else {
            if errno == EEXIST { throw .backupExists(file: file.path) }
            throw .backupFailed(file: file.path, detail: SystemText.of(errno))
        }
        try StateFolder(file.deletingLastPathComponent()).synchronize()
    }
}

private enum SystemText {
    static func of(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }
}

extension StoreError {
    /// What went wrong, without what it would mean for a state folder.
    fileprivate var cause: String {
        switch self {
        case .full: "the disk is full"
        case .readOnly: "the folder is not there or cannot be written to"
        case .diskError(_, let detail), .unexpected(_, let detail): detail
        default: description
        }
    }
}
