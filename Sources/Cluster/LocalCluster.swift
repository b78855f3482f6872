package import Foundation
import Glibc
import Synchronization

/// The worker processes of `posweep run`, started on this host and started again when they die.
package final class LocalCluster: Sendable {
    /// What happened to a worker process.
    package enum Notice: Sendable {
        case restarted(slot: Int, cause: String)
        /// It died too often without having finished anything.
        case givenUp(slot: Int, cause: String)
    }

    private struct Slot {
        var process: ChildProcess?
        /// Open as long as this process lives; when it closes, the worker ends by itself.
        var lifeline: FileHandle?
        var deaths = 0
    }

    private struct State {
        var slots: [Slot]
        var isEnding = false
    }

    /// Deaths in a row after which a worker is not started again.
    private static let deathsLimit = 5

    private let state: Mutex<State>
    private let coordinator: String
    private let threads: Int
    private let folder: URL
    private let furtherArguments: [String]
    private let notify: @Sendable (Notice) -> Void
    private let ended = DispatchGroup()

    /// Starts this many workers of so many threads each, with further arguments of the worker command.
    ///
    /// Each has a folder of its own in this one, with its results and its name: so the coordinator frees what a dead one
    /// held as soon as it is started again.
    package init(
        workers: Int, threads: Int, coordinator: String, folder: URL, furtherArguments: [String] = [],
        notify: @escaping @Sendable (Notice) -> Void
    ) throws {
        self.coordinator = coordinator
        self.threads = threads
        self.folder = folder
        self.furtherArguments = furtherArguments
        self.notify = notify
        state = Mutex(
            State(slots: (0..<workers).map { _ in Slot() }))
        for slot in 0..<workers { try start(slot) }
    }

    private func start(_ slot: Int) throws {
        let pipe = try PrivatePipe()
        let arguments =
            [
                "worker", "--coordinator", coordinator, "--threads", String(threads), "--spool",
                folder.appending(path: String(slot + 1)).path, "--ends-with-parent",
            ] + furtherArguments
        ended.enter()
        do {
            let process = try ChildProcess(
                URL(filePath: "/proc/self/exe").resolvingSymlinksInPath(), arguments: arguments,
                streams: [pipe.reading.fileDescriptor, FileHandle.nullDevice.fileDescriptor, nil]
            ) { [ended, weak self] end in
                self?.restart(slot, after: end)
                ended.leave()
            }
            let isLate = state.withLock { state in
                state.slots[slot].process = process
                state.slots[slot].lifeline = pipe.writing
                return state.isEnding
            }
            // Whoever ends the workers does not know of one that has just been started again.
            if isLate { process.send(SIGKILL) }
        } catch {
            ended.leave()
            throw error
        }
    }

    private func restart(_ slot: Int, after end: ChildProcess.End) {
        let cause: String
        switch end {
        case .exited(0): return  // It was told to leave.
        case .exited(let status): cause = "exit status \(status)"
        case .killed(let signal): cause = "killed by signal \(signal)"
        }
        let deaths: Int? = state.withLock { state in
            guard !state.isEnding else { return nil }
            state.slots[slot].deaths += 1
            return state.slots[slot].deaths
        }
        guard let deaths else { return }
        guard deaths < Self.deathsLimit else {
            notify(.givenUp(slot: slot, cause: cause))
            return
        }
        notify(.restarted(slot: slot, cause: cause))
        do {
            try start(slot)
        } catch {
            notify(.givenUp(slot: slot, cause: "\(error)"))
        }
    }

    /// Something was finished: deaths before that do not count any more.
    package func forgetDeaths() {
        state.withLock { state in
            for slot in state.slots.indices { state.slots[slot].deaths = 0 }
        }
    }

    /// Whether any worker process is still there or will be started again.
    package var isAlive: Bool {
        state.withLock { state in state.slots.contains { $0.process?.isRunning == true } }
    }

    /// Does not start dead workers again; they are about to be told to leave.
    package func expectTheEnd() {
        state.withLock { $0.isEnding = true }
    }

    /// Ends the workers that are left, and returns when they have ended.
    package func end() {
        let processes = state.withLock { state in
            state.isEnding = true
            return state.slots.compactMap(\.process)
        }
        if ended.wait(timeout: .now() + 3) == .timedOut {
            for process in processes { process.send(SIGKILL) }
            ended.wait()
        }
    }
}
