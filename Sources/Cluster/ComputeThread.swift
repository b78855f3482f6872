import Coordination
import Foundation
import Synchronization

/// Where tasks are computed: a thread of its own, one task after another.
///
/// The thread with the socket never computes, so a worker that is busy still says that it lives.
final class ComputeThread: Sendable {
    private struct Job: Sendable {
        let name: AttemptName
        let body: [UInt8]
        let trials: [TrialID]
    }

    private struct State {
        var waiting: [Job] = []
        var stopped: Set<AttemptName> = []
        var isClosing = false
    }

    /// Thrown into a computation that is not wanted any more.
    private struct Stopped: Error {}

    private let runner: TaskRun.Runner
    private let report: @Sendable (Worker.Event) -> Void
    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)
    private let closed = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - runner: Computes a task.
    ///   - report: Receives what becomes of it, on this thread.
    init(_ runner: @escaping TaskRun.Runner, report: @escaping @Sendable (Worker.Event) -> Void) {
        self.runner = runner
        self.report = report
        let thread = Thread { [self] in run() }
        thread.name = "compute"
        thread.stackSize = 16 << 20
        thread.start()
    }

    func start(_ name: AttemptName, body: [UInt8], trials: [TrialID]) {
        state.withLock { $0.waiting.append(Job(name: name, body: body, trials: trials)) }
        work.signal()
    }

    /// Ends a task at its next report, or before it begins.
    func stop(_ name: AttemptName) {
        state.withLock { _ = $0.stopped.insert(name) }
    }

    /// Stops what runs and ends the thread; returns when it has.
    func close() {
        state.withLock { $0.isClosing = true }
        work.signal()
        closed.wait()
    }

    private func run() {
        defer { closed.signal() }
        while true {
            work.wait()
            let (job, isClosing) = state.withLock { state in
                (state.waiting.isEmpty ? nil : state.waiting.removeFirst(), state.isClosing)
            }
            if isClosing { return }
            if let job { compute(job) }
        }
    }

    private func compute(_ job: Job) {
        let name = job.name
        do {
            try requireWanted(name)
            try runner(job.body, job.trials) { [self] event in
                try requireWanted(name)
                switch event {
                case .progress(let fraction, let note): report(.progressed(name, fraction: fraction, note: note))
                case .finished(let trial, let result): report(.finished(name, trial, result))
                }
            }
            report(.ended(name))
        } catch is Stopped {
            state.withLock { _ = $0.stopped.remove(name) }
        } catch {
            report(.failed(name, TaskRun.kind(of: error), cause: String("\(error)".prefix(1_000))))
        }
    }

    private func requireWanted(_ name: AttemptName) throws {
        let isWanted = state.withLock { !$0.isClosing && !$0.stopped.contains(name) }
        if !isWanted { throw Stopped() }
    }
}
