import Cluster
import Foundation
import ResultsStore
import Synchronization

import struct Dashboard.Rate

/// Looks at sweeps every two seconds until all are finished.
struct StatusWatch {
    /// How sweeps are now.
    let look: () throws -> StatusSummary

    private static let interval = Duration.seconds(2)

    /// Draws a panel, and leaves nothing of it.
    func draw(on terminal: Terminal) async throws {
        let board = StatusBoard(drawsBlocks: terminal.style.drawsBlocks)
        let display = LiveDisplay(on: terminal) { board.panel }
        defer { display.end() }
        let signals = Signals {
            display.end()
            Foundation.exit(Self.interrupted)
        } stop: {
        }
        defer { withExtendedLifetime(signals) {} }
        while true {
            let summary = try look()
            board.take(summary)
            guard summary.isUnfinished else { return }
            try await Task.sleep(for: Self.interval)
        }
    }

    /// The status that shells have for whom Ctrl-C has ended.
    private static let interrupted: Int32 = 128 + SIGINT

    /// Prints a block of text whenever something other than the time has changed.
    func list(_ text: (StatusSummary) throws -> String) async throws {
        var told: News?
        while true {
            let summary = try look()
            let news = News(summary)
            if news != told {
                print(try text(summary))
                // Whoever reads a pipe has it at once.
                fflush(nil)
            }
            told = news
            guard summary.isUnfinished else { return }
            try await Task.sleep(for: Self.interval)
        }
    }
}

/// What a status says apart from what changes by itself, such as how long ago a worker was heard of.
private struct News: Hashable {
    let sweeps: [StatusSummary.Sweep]
    let workers: [[String]]
    let trainings: [TrainingSummary]

    init(_ summary: StatusSummary) {
        (sweeps, trainings) = (summary.sweeps, summary.trainings)
        workers = summary.workers.map { [$0.id, $0.host, $0.state, $0.standstill ?? "", String($0.tasks)] }
    }
}

extension StatusSummary {
    /// Whether anything of it is still to be done.
    fileprivate var isUnfinished: Bool {
        sweeps.contains { $0.runningTasks + $0.waitingTasks > 0 && !$0.isCancelled }
    }
}

/// What a panel shows of the summaries that come.
private final class StatusBoard: Sendable {
    private struct State {
        var panel: Panel?
        /// By the names of sweeps.
        var rates: [String: Rate] = [:]
    }

    private let state = Mutex(State())
    private let started = ContinuousClock.now
    private let drawsBlocks: Bool

    init(drawsBlocks: Bool) {
        self.drawsBlocks = drawsBlocks
    }

    var panel: Panel? { state.withLock(\.panel) }

    func take(_ summary: StatusSummary) {
        let now = (ContinuousClock.now - started) / .seconds(1)
        state.withLock { state in
            for sweep in summary.sweeps { state.rates[sweep.name, default: Rate()].note(sweep.finishedTrials, at: now) }
            state.panel = Panel(
                sweeps: summary.sweeps.map { Panel.Sweep($0, perMinute: state.rates[$0.name]?.perMinute(at: now)) },
                workers: summary.workers.map(Panel.Worker.init), newest: summary.newest,
                trainings: summary.trainings.map { $0.line(sparklines: drawsBlocks) })
        }
    }
}

extension Panel.Sweep {
    fileprivate init(_ sweep: StatusSummary.Sweep, perMinute: Double?) {
        let missing = max(0, sweep.trials - sweep.finishedTrials - sweep.failedTrials)
        self.init(
            name: sweep.name, trials: sweep.trials, finishedTrials: sweep.finishedTrials,
            fraction: sweep.trials > 0 ? Double(sweep.finishedTrials) / Double(sweep.trials) : 1,
            runningTasks: sweep.runningTasks, waitingTasks: max(0, sweep.waitingTasks - sweep.blockedTasks),
            blockedTasks: sweep.blockedTasks, failed: sweep.failedTrials,
            remark: sweep.isCancelled ? "cancelled" : sweep.isPaused == true ? "paused" : nil,
            trialsPerMinute: perMinute, secondsLeft: perMinute.map { Double(missing) / $0 * 60 })
    }
}
