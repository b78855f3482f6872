import Foundation
import GRDB

/// Why the store could not do what it was asked.
package enum StoreError: Error, Hashable {
    /// The disk has no room left; what was to be written is not written, and may be written again once there is room.
    case full(folder: String)
    case readOnly(folder: String)
    /// Another process holds the database for longer than the store waits.
    case busy(folder: String)
    /// The disk reported an error; what it says afterwards cannot be trusted, so the process should end.
    case diskError(folder: String, detail: String)
    case corrupt(file: String, detail: String)
    /// A database that another program wrote.
    case foreign(file: String)
    /// A database that a later version of this program wrote.
    case newer(file: String, version: Int, known: Int)
    /// Another coordinator has the folder open.
    case owned(folder: String, processID: Int?)
    case networkFileSystem(folder: String, kind: String)
    /// There is nothing to read from.
    case nothingThere(folder: String)
    /// The database is gone or empty, although other files of the folder say that it was in use.
    case databaseLost(folder: String, evidence: String)
    /// The folder belongs to another sweep.
    case otherSweep(folder: String, found: String, submitted: String)
    case unknownSweep(name: String, known: [String])
    /// A sweep whose identifiers cannot be stored; a mistake of this program.
    case invalidSweep(detail: String)
    /// A file of reference figures that cannot be read.
    case badReference(file: String, line: Int, detail: String)
    /// Digits that no trial or task begins with, or several.
    case unknownIdentifier(String, candidates: [String])
    /// A trial or task that was to be tried again and has not failed in its sweep.
    case notFailed(String)
    /// A row that others should be compared with and that is not there.
    case badBaseline(String, detail: String)
    case unexpected(folder: String, detail: String)
    /// There is a file where a backup was to be written.
    case backupExists(file: String)
    /// A backup that could not be made; nothing of it is left.
    case backupFailed(file: String, detail: String)
}

extension StoreError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .full(let folder):
            "\(folder): the disk is full; nothing is lost — make room, and the work goes on"
        case .readOnly(let folder):
            "\(folder): cannot be written to — check its permissions and mount, or choose another --state folder"
        case .busy(let folder):
            "\(folder)/results.sqlite is locked by another program — close it (an sqlite3 shell, a backup), and try again"
        case .diskError(let folder, let detail):
            "\(folder): the disk reported an error (\(detail)) — check the disk; what was acknowledged is committed"
        case .corrupt(let file, let detail):
            "\(file) is damaged (\(detail)) and is left as it is — move \(file) and \(file)-wal away and go back to a "
                + "backup: cp BACKUP \(file)"
        case .foreign(let file):
            "\(file) is not a results database of posweep — choose another --state folder"
        case .newer(let file, let version, let known):
            "\(file) has schema \(version), but this posweep knows up to \(known) — use the newer posweep that wrote it"
        case .owned(let folder, let processID):
            "\(folder) is in use by another coordinator\(processID.map { " (process \($0))" } ?? "") — "
                + "stop it, or choose another --state folder"
        case .networkFileSystem(let folder, let kind):
            "\(folder) is on a network file system (\(kind)), where SQLite cannot keep its promises — "
                + "choose a folder on a local disk"
        case .nothingThere(let folder):
            "\(folder): no results here — name the folder of an earlier run with --state"
        case .databaseLost(let folder, let evidence):
            "\(folder)/results.sqlite is missing or empty, but \(evidence) shows that it was in use — "
                + "go back to a backup: cp BACKUP \(folder)/results.sqlite; or choose another --state folder"
        case .otherSweep(let folder, let found, let submitted):
            "\(folder) holds the sweep '\(found)', not '\(submitted)' — choose another --state folder"
        case .unknownSweep(let name, let known):
            known.isEmpty
                ? "there is no sweep here — run or submit one first"
                : "there is no sweep '\(name)' — there is \(known.map { "'\($0)'" }.joined(separator: ", "))"
        case .invalidSweep(let detail):
            "the sweep cannot be stored: \(detail) — please report this"
        case .unknownIdentifier(let digits, let candidates):
            candidates.isEmpty
                ? "'\(digits)' is no trial or task here — give at least four of its hexadecimal digits (posweep plan --trials, "
                    + "posweep table --format csv)"
                : "'\(digits)' may be \(candidates.joined(separator: " or ")) — give more digits"
        case .notFailed(let subject):
            "\(subject) has not failed in this sweep, so nothing was put back — posweep why says where it is"
        case .badBaseline(let baseline, let detail):
            "\(baseline) is no row of this table: \(detail)"
        case .badReference(let file, let line, let detail):
            "\(file):\(line): \(detail) — see sweeps/paper for the columns of a reference file"
        case .backupExists(let file):
            "\(file) is there already and is left alone — name another file"
        case .backupFailed(let file, let detail):
            "\(file) could not be written (\(detail)) — nothing of it is left; the results are as they were"
        case .unexpected(let folder, let detail):
            "\(folder)/results.sqlite: \(detail) — please report this"
        }
    }
}

extension StoreError {
    /// What an error of the database means for who uses the store.
    init(_ error: any Error, in folder: StateFolder) {
        switch error {
        case let error as StoreError: self = error
        case let error as DatabaseError: self.init(error, in: folder)
        default: self = .unexpected(folder: folder.path, detail: "\(error)")
        }
    }

    private init(_ error: DatabaseError, in folder: StateFolder) {
        let detail = error.message ?? "code \(error.extendedResultCode.rawValue)"
        // A shared-memory file that cannot grow is how a full disk shows itself to the first reader of the WAL.
        if error.extendedResultCode == .SQLITE_IOERR_SHMSIZE {
            self = .full(folder: folder.path)
            return
        }
        self =
            switch error.resultCode {
            case .SQLITE_FULL: .full(folder: folder.path)
            case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: .readOnly(folder: folder.path)
            case .SQLITE_BUSY, .SQLITE_LOCKED: .busy(folder: folder.path)
            case .SQLITE_CORRUPT, .SQLITE_NOTADB: .corrupt(file: folder.database.path, detail: detail)
            case .SQLITE_IOERR:
                .diskError(folder: folder.path, detail: "\(detail), code \(error.extendedResultCode.rawValue)")
            case .SQLITE_CANTOPEN: .readOnly(folder: folder.path)
            default: .unexpected(folder: folder.path, detail: error.description)
            }
    }
}
