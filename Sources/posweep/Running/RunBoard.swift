import Cluster
import Coordination
import Foundation
import ResultsStore
import Synchronization

import struct Dashboard.Rate

/// What is known of a run: what its coordinator reports, and what it and its store say when a panel is drawn.
final class RunBoard: Sendable {
    private let sweep: SweepID
    private let name: String
    private let coordinator: CoordinatorProcess
    private let started = ContinuousClock.now
    private let state: Mutex<State>

    private struct State {
        var progress: RunProgress
        var rate = Rate()
        var isStopping = false
    }

    private static let patience = Duration.seconds(1)

    init(_ sweep: SweepID, name: String, _ coordinator: CoordinatorProcess, _ progress: RunProgress) {
        (self.sweep, self.name, self.coordinator) = (sweep, name, coordinator)
        state = Mutex(State(progress: progress))
    }

    var progress: RunProgress { state.withLock(\.progress) }

    /// Says on the panel that the run is being stopped.
    func stop() {
        state.withLock { $0.isStopping = true }
    }

    private var elapsed: Double { (ContinuousClock.now - started) / .seconds(1) }

    /// Takes a report in.
    ///
    /// - Returns: A line for a log, where the report is worth one.
    func take(_ report: Report) -> String? {
        let elapsed = elapsed
        return state.withLock { state in
            let line = state.progress.take(report)
            state.rate.note(state.progress.finishedTrials, at: elapsed)
            return line
        }
    }

    /// What the panel shows now; nil where the coordinator does not answer.
    func panel() -> Panel? {
        guard let vitals = coordinator.vitals(within: Self.patience) else { return lastPanel }
        let census = vitals.census.sweeps.first { $0.id == sweep }
        return Panel(
            sweeps: [row(running: census?.running ?? 0, waiting: census?.waiting ?? 0, blocked: census?.blocked ?? 0)],
            workers: vitals.workers.filter { !$0.hasGone }.map(Panel.Worker.init), newest: newest,
            trainings: trainings, elapsed: elapsed)
    }

    /// When the coordinator has ended nobody works any more.
    private var lastPanel: Panel? {
        guard coordinator.hasEnded else { return nil }
        return Panel(
            sweeps: [row(running: 0, waiting: 0, blocked: 0)], workers: [], newest: newest, elapsed: elapsed)
    }

    /// A panel without its rows is still one; what is wrong with the store, the table at the end says.
    private var newest: NewestTrials? { (try? coordinator.newestTrials()) ?? nil }

    private var trainings: [String] {
        let trainings = (try? coordinator.trainings()) ?? []  // As above.
        return trainings.map { TrainingSummary($0).line(sparklines: Terminal.errors.style.drawsBlocks) }
    }

    private func row(running: Int, waiting: Int, blocked: Int) -> Panel.Sweep {
        let elapsed = elapsed
        return state.withLock { state in
            let progress = state.progress
            return Panel.Sweep(
                name: name, trials: progress.trials, finishedTrials: progress.finishedTrials,
                fraction: progress.fraction, runningTasks: running, waitingTasks: waiting, blockedTasks: blocked,
                failed: progress.failures.count, failsByTask: true, remark: state.isStopping ? "stopping" : nil,
                trialsPerMinute: state.rate.perMinute(at: elapsed), secondsLeft: progress.secondsLeft(after: elapsed))
        }
    }
}

extension Panel.Worker {
    init(_ summary: WorkerSummary) {
        let tasks = summary.tasks > 0 ? counted(summary.tasks, "task") : ""
        self.init(
            host: summary.host + (summary.key.map { " (\($0))" } ?? ""), state: summary.state,
            threads: summary.threads, activity: summary.standstill ?? summary.activity ?? tasks)
    }
}
