import Foundation
import Glibc
import Synchronization

/// Reads the list of keys that may connect whenever it changes.
///
/// The kernel says so at once on a local disk. Where it cannot, as for a folder that another host changes, the list is
/// read anew every few seconds.
final class KeyWatch: Sendable {
    enum News: Sendable {
        case changed(AuthorizedKeys)
        /// Something is wrong with the folder or a file in it; what was known before counts on.
        case problem(String)
    }

    private struct State {
        var keys: AuthorizedKeys
        /// What was said last of the folder as a whole.
        var complaint: String?
    }

    private static let changes = UInt32(
        IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF)
    private static let interval = Duration.seconds(5)

    private let ring: KeyRing
    private let tell: @Sendable (News) -> Void
    private let state: Mutex<State>
    /// Negative where the kernel has none left: then the list is read each time.
    private let descriptor: Int32
    private let wakeUp: WakeUp
    private let isStopping = Atomic(false)
    private let ended = Gate()

    /// Reads the list, and begins to watch it.
    ///
    /// - Parameters:
    ///   - ring: The folder of keys.
    ///   - tell: Receives what changes, on any thread.
    /// - Throws: `KeyError` where the list cannot be trusted or read; `SocketError`.
    init(_ ring: KeyRing, tell: @escaping @Sendable (News) -> Void) throws {
        self.ring = ring
        self.tell = tell
        wakeUp = try WakeUp()
        // Before the first reading, so that no change falls in between.
        descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        if descriptor >= 0 { unsafe _ = inotify_add_watch(descriptor, ring.list.path, Self.changes) }
        do {
            state = Mutex(State(keys: try ring.authorized()))
        } catch {
            close(descriptor)
            throw error
        }
        let thread = Thread { [self] in
            while !isStopping.load(ordering: .acquiring) {
                waitForChange()
                refresh(isCertain: false)
            }
            ended.open()
        }
        thread.name = "keys"
        thread.start()
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// The list as it was read last.
    var keys: AuthorizedKeys { state.withLock { $0.keys } }

    /// Whether the owner of a key may come in, by the list as it stands at this moment.
    func admits(_ key: PublicKey) -> Bool {
        refresh(isCertain: true)
        return state.withLock { $0.keys[key] != nil }
    }

    /// Ends the thread; returns when it has.
    func stop() {
        isStopping.store(true, ordering: .releasing)
        wakeUp.signal()
        ended.wait()
    }

    private func waitForChange() {
        var items = [
            pollfd(fd: wakeUp.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
        ]
        // Whatever ends the wait, the list is looked at.
        unsafe _ = poll(&items, nfds_t(items.count), Int32(Self.interval / .milliseconds(1)))
    }

    /// Reads the list, unless the kernel would have told of a change.
    private func refresh(isCertain: Bool) {
        state.withLock { state in
            guard hasNews() || !isCertain else { return }
            // A folder that is new at the same place is watched from now on; one that is watched stays so.
            if descriptor >= 0 { unsafe _ = inotify_add_watch(descriptor, ring.list.path, Self.changes) }
            do throws(KeyError) {
                take(try ring.authorized(), &state)
            } catch {
                guard state.complaint != error.description else { return }
                state.complaint = error.description
                tell(.problem(error.description))
            }
        }
    }

    private func take(_ keys: AuthorizedKeys, _ state: inout State) {
        state.complaint = nil
        for problem in keys.problems where !state.keys.problems.contains(problem) { tell(.problem(problem)) }
        guard keys != state.keys else { return }
        state.keys = keys
        tell(.changed(keys))
    }

    /// Whether the kernel has seen a change; takes its notes away.
    private func hasNews() -> Bool {
        guard descriptor >= 0 else { return true }
        var notes = [UInt8](repeating: 0, count: 4_096)
        var isNew = false
        while unsafe read(descriptor, &notes, notes.count) > 0 { isNew = true }
        return isNew
    }
}
