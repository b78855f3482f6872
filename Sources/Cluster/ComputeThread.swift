import Coordination
import Foundation
import Synchronization

/// Where tasks are computed: a thread of its own, one task after another.
///
/// The thread with the socket never computes, so a worker that is busy still says that it lives.
final class ComputeThread: Computation {
    private struct Job: Sendable {
        let name: AttemptName
        let body: [UInt8]
        let trials: [TrialID]
        let inputs: TaskInputs
    }

    private struct State {
        var waiting: [Job] = []
        /// What runs, as long as it is wanted.
        var wanted: AttemptName?
        var isClosing = false
    }

    /// Thrown into a computation that is not wanted any more.
    private struct Stopped: Error {}

    private let runner: TaskRun.Runner
    private let report: @Sendable (ComputeMessage) -> Void
    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)
    private let closed = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - runner: Computes a task.
    ///   - report: Receives what becomes of it, on this thread.
    init(_ runner: @escaping TaskRun.Runner, report: @escaping @Sendable (ComputeMessage) -> Void) {
        self.runner = runner
        self.report = report
        let thread = Thread { [self] in run() }
        thread.name = "compute"
        thread.stackSize = 16 << 20
        thread.start()
    }

    func start(_ name: AttemptName, body: [UInt8], trials: [TrialID], _ inputs: TaskInputs) {
        state.withLock { $0.waiting.append(Job(name: name, body: body, trials: trials, inputs: inputs)) }
        work.signal()
    }

    /// Ends a task at its next report, or before it begins.
    func stop(_ name: AttemptName) {
        let isRunning = state.withLock { state in
            state.waiting.removeAll { $0.name == name }
            defer { if state.wanted == name { state.wanted = nil } }
            return state.wanted == name
        }
        // One that runs says so itself when it has come to its end.
        if !isRunning { report(.stopped(name)) }
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
                let job = state.waiting.isEmpty ? nil : state.waiting.removeFirst()
                state.wanted = job?.name
                return (job, state.isClosing)
            }
            if isClosing { return }
            if let job { compute(job) }
        }
    }

    private func compute(_ job: Job) {
        let name = job.name
        do {
            var pace = ProgressPace()
            var newest: LearningCurve?
            try runner(job.body, job.trials, job.inputs) { [self] event in
                try requireWanted(name)
                switch event {
                case .progress(let fraction, let note, let curve):
                    newest = curve ?? newest
                    guard pace.allows(note) else { return }
                    report(.progressed(name, fraction: fraction, note: note, curve: newest))
                    newest = nil
                case .checkpointed(let checkpoint): report(.checkpointed(name, checkpoint))
                case .finished(let trial, let result): report(.finished(name, trial, result))
                }
            }
            report(hasEnded(name) ? .ended(name) : .stopped(name))
        } catch is Stopped {
            report(.stopped(name))
        } catch {
            let kind = TaskRun.kind(of: error)
            report(hasEnded(name) ? .failed(name, kind, cause: String("\(error)".prefix(1_000))) : .stopped(name))
        }
    }

    /// From now on it cannot be stopped any more; false where it was.
    private func hasEnded(_ name: AttemptName) -> Bool {
        state.withLock { state in
            defer { state.wanted = nil }
            return state.wanted == name
        }
    }

    private func requireWanted(_ name: AttemptName) throws {
        let isWanted = state.withLock { !$0.isClosing && $0.wanted == name }
        if !isWanted { throw Stopped() }
    }
}

/// How often a task says how far it is: a thousand workers that score a thousand images a second are not a thousand
/// times as interesting.
private struct ProgressPace {
    private static let interval = Duration.milliseconds(250)
    private var phase: Substring = ""
    private var last: ContinuousClock.Instant?

    /// Whether this is worth saying: a new phase always is.
    mutating func allows(_ note: String) -> Bool {
        let (now, noted) = (ContinuousClock.now, note.prefix { $0 != "," })
        if let last, noted == phase, now - last < Self.interval { return false }
        (phase, last) = (noted, now)
        return true
    }
}
