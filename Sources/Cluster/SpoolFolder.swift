package import Coordination
package import Foundation
import Glibc

/// A worker's own folder: its spool, and the name under which the coordinator knows it.
///
/// | file | what it is |
/// |---|---|
/// | `lock` | held by the worker that works here |
/// | `worker` | the worker's identifier, which stays the same when it is started again |
/// | `NUMBER.results` | results that went to the disk together (`SpoolFile`) |
/// | `NUMBER.results.damaged` | what could not be read; never removed by us |
package final class SpoolFolder: Sendable {
    package let path: String
    /// Who works here.
    package let worker: WorkerID
    private let lock: Int32

    /// Takes a folder for this process, and makes it where there is none.
    ///
    /// - Throws: `SpoolError`; `taken` where another worker works in it.
    package init(_ folder: URL) throws(SpoolError) {
        path = folder.standardizedFileURL.path
        do throws(KeyError) {
            try PrivateFile.makeFolder(path)
        } catch {
            throw .unusable(folder: path, cause: error.description)
        }
        lock = unsafe open("\(path)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw .unusable(folder: path, cause: SystemError.text(errno)) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let number = errno
            close(lock)
            throw number == EWOULDBLOCK
                ? .taken(folder: path) : .unusable(folder: path, cause: SystemError.text(number))
        }
        do throws(SpoolError) {
            worker = try Self.identity(in: path)
        } catch {
            close(lock)
            throw error
        }
    }

    deinit {
        close(lock)
    }

    /// The first folder for workers of this coordinator that no other worker on this host has taken.
    ///
    /// A worker that is started again finds what it, or another one before it, has left behind.
    ///
    /// - Parameters:
    ///   - coordinator: The coordinator's address.
    ///   - base: Where programs keep their state; by default ``stateFolder``.
    /// - Returns: The folder, taken for this process.
    /// - Throws: `SpoolError`.
    package static func claim(for coordinator: String, in base: URL = stateFolder) throws(SpoolError) -> SpoolFolder {
        let address = String(coordinator.map { $0.isLetter || $0.isNumber || $0 == "." ? $0 : "-" }.prefix(100))
        // Home folders are shared between hosts, and locks on them are not always.
        let folder = base.appending(path: "posweep").appending(path: Host.current.name).appending(path: address)
        for number in 1...foldersLimit {
            do throws(SpoolError) {
                return try SpoolFolder(folder.appending(path: String(number)))
            } catch {
                guard case .taken = error else { throw error }
            }
        }
        throw .taken(folder: folder.path)
    }

    private static let foldersLimit = 1_024

    /// `$STATE_DIRECTORY` of systemd, `$XDG_STATE_HOME`, or `~/.local/state`.
    package static var stateFolder: URL {
        let environment = ProcessInfo.processInfo.environment
        let given = ["STATE_DIRECTORY", "XDG_STATE_HOME"].lazy.compactMap { environment[$0] }
        if let folder = given.first(where: { $0.hasPrefix("/") }) { return URL(filePath: folder) }
        return FileManager.default.homeDirectoryForCurrentUser.appending(path: ".local/state")
    }

    private static func identity(in path: String) throws(SpoolError) -> WorkerID {
        do throws(KeyError) {
            let text = try PrivateFile.text(at: "\(path)/worker", isSecret: false)
            if let known = WorkerID(text.trimmingCharacters(in: .whitespacesAndNewlines)) { return known }
            throw .malformed(path: "\(path)/worker", problem: "it should hold 32 hexadecimal digits")
        } catch {
            guard case .missing = error else { throw .unusable(folder: path, cause: error.description) }
        }
        let new = WorkerID(high: .random(in: .min ... .max), low: .random(in: .min ... .max))
        do throws(KeyError) {
            try PrivateFile.create("worker", in: path, text: "\(new)\n", mode: 0o600)
        } catch {
            throw .unusable(folder: path, cause: error.description)
        }
        return new
    }
}

/// Why a spool cannot be used.
package enum SpoolError: Error, Hashable, CustomStringConvertible {
    case taken(folder: String)
    case unusable(folder: String, cause: String)

    package var description: String {
        switch self {
        case .taken(let folder): "another worker works in \(folder) — give each its own folder with --spool"
        case .unusable(let folder, let cause):
            "finished results cannot be kept in \(folder): \(cause) — name another folder with --spool"
        }
    }
}
