package import Foundation
import Glibc

/// A worker's place on a machine that belongs to somebody: as a rule each user has one.
package final class HostSlot: Sendable {
    private let lock: Int32

    /// Takes a place for this process, until it ends.
    ///
    /// - Parameters:
    ///   - count: How many there are.
    ///   - base: Where programs keep their state; by default that of ``SpoolFolder``.
    /// - Throws: `HostSlotError` where all are taken, or nothing can be written.
    package init(among count: Int, in base: URL = SpoolFolder.stateFolder) throws(HostSlotError) {
        // Home folders are shared between hosts.
        let folder = base.appending(path: "posweep").appending(path: Host.current.name).path
        do throws(KeyError) {
            try PrivateFile.makeFolder(folder)
        } catch {
            throw .unusable(error.description)
        }
        for number in 1...max(1, count) {
            let file = unsafe open("\(folder)/place-\(number).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw .unusable(SystemError.text(errno)) }
            if flock(file, LOCK_EX | LOCK_NB) == 0 {
                lock = file
                return
            }
            close(file)
        }
        throw .taken(places: count, host: Host.current.name)
    }

    deinit {
        close(lock)
    }
}

package enum HostSlotError: Error, Hashable, CustomStringConvertible {
    case taken(places: Int, host: String)
    case unusable(String)

    package var description: String {
        switch self {
        case .taken(1, let host):
            """
            a worker of yours works on \(host) already, and one is enough for a machine that belongs to somebody: it uses all \
            cores — stop it, or let more in with --workers-per-host
            """
        case .taken(let places, let host):
            "\(places) workers of yours work on \(host) already — stop one, or let more in with --workers-per-host"
        case .unusable(let cause): "the worker's place on this host cannot be taken: \(cause)"
        }
    }
}
