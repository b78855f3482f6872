import Coordination
import Foundation
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
        /// Stays the same when the process is started again, so that the coordinator frees what the dead one held.
        let identity: WorkerID
        var process: Process?
        /// Open as long as this process lives; when it closes, the worker ends by itself.
        var lifeline: Pipe?
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
    private let notify: @Sendable (Notice) -> Void
    private let ended = DispatchGroup()

    /// Starts this many workers of so many threads each.
    package init(
        workers: Int, threads: Int, coordinator: String, notify: @escaping @Sendable (Notice) -> Void
    ) throws {
        self.coordinator = coordinator
        self.threads = threads
        self.notify = notify
        state = Mutex(
            State(
                slots: (0..<workers).map { _ in
                    Slot(
                        identity: WorkerID(
                            high: .random(in: .min ... .max), low: .random(in: .min ... .max)))
                }))
        for slot in 0..<workers { try start(slot) }
    }

    private func start(_ slot: Int) throws {
        let (process, lifeline) = (Process(), Pipe())
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.standardInput = lifeline
        process.standardOutput = FileHandle.nullDevice
        let identity = state.withLock { $0.slots[slot].identity }
        process.arguments = [
            "worker", "--coordinator", coordinator, "--threads", String(threads), "--identity", identity.description,
            "--ends-with-parent",
        ]
        ended.enter()
        process.terminationHandler = { [weak self] process in
            self?.restart(slot, after: process)
            self?.ended.leave()
        }
        do {
            try process.run()
        } catch {
            ended.leave()
            throw error
        }
        state.withLock { state in
            state.slots[slot].process = process
            state.slots[slot].lifeline = lifeline
        }
    }

    private func restart(_ slot: Int, after process: Process) {
        let cause =
            process.terminationReason == .uncaughtSignal
            ? "killed by signal \(process.terminationStatus)" : "exit status \(process.terminationStatus)"
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
            for process in processes where process.isRunning { kill(process.processIdentifier, SIGKILL) }
            ended.wait()
        }
    }
}
