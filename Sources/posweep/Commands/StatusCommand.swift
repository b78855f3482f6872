import ArgumentParser
import Cluster
import Coordination
import Foundation
import ResultsStore

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how far sweeps are, and who works on them.",
        discussion: """
            With --watch a panel is drawn on a terminal; elsewhere lines are printed whenever
            something has changed. It ends when everything is finished, or with Ctrl-C and exit
            status 130.

            Examples:

              posweep status --state quickstart.state
              posweep status --coordinator tcp://127.0.0.1:5555 --watch
            """)

    @Option(help: ArgumentHelp("A state folder to read.", valueName: "folder"), completion: .directory)
    var state: String?

    @Option(
        help: ArgumentHelp("The address of a running coordinator, which knows its workers too.", valueName: "address"))
    var coordinator: String?

    @OptionGroup var key: KeyOptions

    @OptionGroup var form: OutputForm

    @Flag(help: "Go on showing it until everything is finished.")
    var watch = false

    func validate() throws {
        guard state == nil || coordinator == nil else {
            throw ValidationError("give --state or --coordinator, not both")
        }
    }

    func run() async throws {
        let newest = NewestTrials.Reader()
        let watching = StatusWatch { try summary(newest) }
        if watch, !form.isJSON, Terminal.output.style.redraws {
            try await watching.draw(on: .output)
        } else if watch {
            return try await watching.list { try form.text($0, $0.text) }
        }
        let now = try summary(newest)
        try form.show(now, now.text)
    }

    private func summary(_ newest: NewestTrials.Reader) throws -> StatusSummary {
        guard let coordinator else {
            let store = try ResultsStore(reading: StateOptions(state: state).folder())
            return StatusSummary(
                sweeps: try store.progress().map(StatusSummary.Sweep.init), workers: [],
                newest: watch ? try newest.read(store) : nil)
        }
        guard case .status(let summary) = try key.ask(.status, at: coordinator) else { throw Failure.unexpectedAnswer }
        return summary
    }
}

extension StatusSummary {
    fileprivate var text: String {
        var lines = sweeps.map { sweep in
            var parts = ["\(sweep.finishedTrials) of \(sweep.trials) trials finished"]
            if sweep.failedTrials > 0 { parts.append("\(sweep.failedTrials) failed") }
            if sweep.runningTasks > 0 { parts.append("\(sweep.runningTasks) tasks running") }
            if sweep.waitingTasks > 0 { parts.append("\(sweep.waitingTasks) tasks waiting" + sweep.blocked) }
            if sweep.priority != SweepPriority.usual.value { parts.append("priority \(sweep.priority)") }
            if sweep.isPaused == true { parts.append("paused") }
            if sweep.isCancelled { parts.append("cancelled") }
            return "\(sweep.name): \(parts.joined(separator: ", "))"
        }
        if lines.isEmpty { lines.append("no sweeps") }
        lines += workers.map { worker in
            """
            worker \(worker.id) on \(worker.host)\(worker.key.map { " (\($0))" } ?? ""): \(worker.state), \(worker.threads) threads, \(worker.tasks) tasks, \
            heard of \(TimeText.short(worker.secondsSinceHeard ?? 0)) ago\(worker.standstill.map { "; stands still: \($0)" } ?? "")
            """
        }
        lines += trainings.map { $0.line(sparklines: Terminal.output.style.drawsBlocks) }
        return lines.map(PrintableText.printable).joined(separator: "\n")
    }
}

extension StatusSummary.Sweep {
    /// How many of the waiting tasks nobody could begin yet.
    fileprivate var blocked: String {
        guard blockedTasks > 0 else { return "" }
        return blockedTasks == waitingTasks ? " for trainings" : ", \(blockedTasks) of them for trainings"
    }
}
