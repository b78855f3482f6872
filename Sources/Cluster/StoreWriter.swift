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
    ///   - shelf: Where the files are that results name; they are there before the results are written.
    ///   - report: Receives what became of the commits, on the writer's thread.
    init(_ store: ResultsStore, _ shelf: ContentShelf, report: @escaping @Sendable (Outcome) -> Void) {
        let thread = Thread { [self] in run(store, shelf, report) }
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

    private func run(_ store: ResultsStore, _ shelf: ContentShelf, _ report: @Sendable (Outcome) -> Void) {
        defer { closed.signal() }
        while true {
            work.wait()
            let (commits, isClosing) = state.withLock { state in
                defer { state.waiting = [] }
                return (state.waiting, state.isClosing)
            }
            if !commits.isEmpty {
                let begin = ContinuousClock.now
                let outcome = Self.outcome(of: commits, in: store, shelf)
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

    private static func outcome(of commits: [Commit], in store: ResultsStore, _ shelf: ContentShelf) -> Outcome {
        let numbers = commits.map(\.number)
        var (records, lacking): ([Coordination.Record], [CommitReport.Lack]) = ([], [])
        for record in commits.lazy.flatMap(\.records) {
            if let lack = record.lack(from: shelf) { lacking.append(lack) } else { records.append(record) }
        }
        do throws(StoreError) {
            var report = try store.commit(records)
            report.lacking = lacking
            return .committed(numbers, report)
        } catch {
            switch error {
            case .full, .busy, .readOnly: return .refused(numbers, cause: error.description)
            default: return .broken(error)
            }
        }
    }
}

extension Coordination.Record {
    /// What is wrong with a result whose file is not there; nil where it is, or none belongs to it.
    fileprivate func lack(from shelf: ContentShelf) -> CommitReport.Lack? {
        switch self {
        case .result(let trial, let task, let attempt, let worker, let result),
            .stray(let trial, let task, let attempt, let worker, let result):
            guard let artifact = result.artifact, !shelf.adopt(artifact) else { return nil }
            return CommitReport.Lack(trial: trial, name: AttemptName(task, attempt), worker: worker)
        case .attemptStarted, .attemptEnded, .taskFailed, .excused, .joined: return nil
        }
    }
}
