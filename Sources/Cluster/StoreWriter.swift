import Coordination
import Foundation
import ResultsStore
import Synchronization

/// Writes commits on a thread of its own, so that the thread with the socket never waits for the disk.
///
/// All commits that wait when the disk is free go into one transaction: the disk is waited for once.
final class StoreWriter: Sendable {
    typealias Commit = (number: Coordinator.CommitNumber, records: [Coordination.Record])

    enum Outcome: Sendable {
        case committed([Coordinator.CommitNumber], CommitReport)
        /// Nothing of them is on disk, and trying again later may help.
        case refused([Coordinator.CommitNumber], cause: String)
        /// The disk cannot be trusted any more; the process has to end.
        case broken(StoreError)
    }

    private struct State {
        var waiting: [Commit] = []
        var isClosing = false
        var times = CommitTimes()
        /// Since when something has been waiting for the disk.
        var pendingSince: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)
    private let closed = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - store: Where the records go.
    ///   - report: Receives what became of the commits, on the writer's thread.
    init(_ store: ResultsStore, report: @escaping @Sendable (Outcome) -> Void) {
        let thread = Thread { [self] in run(store, report) }
        thread.name = "store"
        thread.start()
    }

    func enqueue(_ commits: [Commit]) {
        state.withLock { state in
            state.waiting += commits
            state.pendingSince = state.pendingSince ?? .now
        }
        work.signal()
    }

    /// How long the disk has taken so far, and how long it has let something wait.
    var times: CommitTimes {
        state.withLock { state in
            var times = state.times
            times.waiting = state.pendingSince.map { .now - $0 }
            return times
        }
    }

    /// Writes what waits and ends the thread; returns when it has.
    func close() {
        state.withLock { $0.isClosing = true }
        work.signal()
        closed.wait()
    }

    private func run(_ store: ResultsStore, _ report: @Sendable (Outcome) -> Void) {
        defer { closed.signal() }
        while true {
            work.wait()
            let (commits, isClosing) = state.withLock { state in
                defer { state.waiting = [] }
                return (state.waiting, state.isClosing)
            }
            if !commits.isEmpty {
                let begin = ContinuousClock.now
                let outcome = Self.outcome(of: commits, in: store)
                note(commits, since: begin)
                report(outcome)
                // A disk that has failed to write once may well say that it has written the next time.
                if case .broken = outcome { return }
            }
            if isClosing { return }
        }
    }

    private func note(_ commits: [Commit], since begin: ContinuousClock.Instant) {
        let now = ContinuousClock.now
        state.withLock { state in
            state.times.add(records: commits.reduce(0) { $0 + $1.records.count }, taking: now - begin)
            state.pendingSince = state.waiting.isEmpty ? nil : now
        }
    }

    private static func outcome(of commits: [Commit], in store: ResultsStore) -> Outcome {
        let numbers = commits.map(\.number)
        do throws(StoreError) {
            return .committed(numbers, try store.commit(commits.flatMap(\.records)))
        } catch {
            switch error {
            case .full, .busy, .readOnly: return .refused(numbers, cause: error.description)
            default: return .broken(error)
            }
        }
    }
}
