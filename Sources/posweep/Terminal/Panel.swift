import Foundation
import ResultsStore

/// What is known of sweeps at a moment, as lines for a terminal.
struct Panel: Hashable, Sendable {
    struct Sweep: Hashable, Sendable {
        var name: String
        var trials: Int
        var finishedTrials: Int
        /// From 0 to 1; what of the trials is finished, or more exactly where that is known.
        var fraction: Double
        var runningTasks: Int
        /// Those that a worker could be given.
        var waitingTasks: Int
        /// Those that wait for what others make.
        var blockedTasks: Int
        /// Trials, or tasks where ``failsByTask``, that were given up.
        var failed: Int
        var failsByTask = false
        /// What is to be known besides: "paused", "stopping".
        var remark: String?
        var trialsPerMinute: Double?
        var secondsLeft: Double?

        /// Whether anything is still to be done.
        var isActive: Bool { runningTasks + waitingTasks + blockedTasks > 0 && remark != "cancelled" }
    }

    struct Worker: Hashable, Sendable {
        var host: String
        /// As `posweep workers` has it.
        var state: String
        var threads: Int
        /// What it does now; empty where nothing is known of it.
        var activity = ""
    }

    var sweeps: [Sweep]
    var workers: [Worker]
    var newest: NewestTrials?
    /// How trainings that run are going, a line each.
    var trainings: [String] = []
    /// For how many seconds the work has been going on, where that is known.
    var elapsed: Double?

    private static let sweepsLimit = 6
    /// More lines than this are not looked at, however large the terminal.
    private static let (workersLimit, trainingsLimit) = (12, 4)

    /// The panel in no more columns and lines than a terminal has, of which one of each stays free.
    ///
    /// - Parameters:
    ///   - width: The terminal's columns; a line never takes them all, since some terminals would begin a new one.
    ///   - height: The terminal's lines.
    /// - Returns: At least one line.
    func lines(width: Int, height: Int) -> [StyledLine] {
        let (columns, budget) = (max(1, width - 1), max(1, height - 1))
        var lines = sweepLines(columns, atMost: budget)
        var left = budget - lines.count
        let newest = newestLines(columns)
        let trainings = trainingLines(columns)
        // Each gets half of what there is, or what the others leave: who works, what they train, what came of it.
        let others = newest.count + trainings.count
        lines += workerLines(columns, atMost: max(left / 2, left - others))
        left = budget - lines.count
        lines += trainings.prefix(max(left / 2, left - newest.count))
        left = budget - lines.count
        // Two headings without a row say nothing.
        if min(newest.count, left) > Self.headingLines { lines += newest.prefix(left) }
        return lines
    }

    // MARK: Sweeps

    private func sweepLines(_ columns: Int, atMost limit: Int) -> [StyledLine] {
        // Those that are not finished come first; a sort would not keep the order among them.
        let ordered = sweeps.filter(\.isActive) + sweeps.filter { !$0.isActive }
        guard let only = ordered.first else { return [StyledLine("no sweeps").cut(to: columns)] }
        let nameColumns = min(24, max(8, columns / 4), ordered.map { PrintableText.width(of: $0.name) }.max() ?? 0)
        var lines: [StyledLine] = []
        if ordered.count == 1 {
            lines = [only.progressLine(columns, nameColumns)]
            lines += StyledLine.flowing(only.paceWords(elapsed), width: columns, indentation: 2)
            lines += StyledLine.flowing(only.taskWords, width: columns, indentation: 2)
        } else {
            let shown = min(ordered.count, Self.sweepsLimit, max(1, (limit - 1) / 2))
            for sweep in ordered.prefix(shown) {
                lines.append(sweep.progressLine(columns, nameColumns))
                let words = sweep.taskWords + sweep.paceWords(nil)
                lines += StyledLine.flowing(words, width: columns, indentation: 2).prefix(1)
            }
            if ordered.count > shown {
                lines.append(StyledLine("… and \(ordered.count - shown) more sweeps", .faint).cut(to: columns))
            }
        }
        return Array(lines.prefix(limit))
    }

    // MARK: Trainings

    /// What is known of each, its curves last, on as many lines as it takes.
    private func trainingLines(_ columns: Int) -> [StyledLine] {
        trainings.prefix(Self.trainingsLimit).flatMap { training in
            StyledLine.flowing(
                training.components(separatedBy: ", ").map { StyledLine($0) }, width: columns, indentation: 2)
        }
    }

    // MARK: Workers

    private func workerLines(_ columns: Int, atMost limit: Int) -> [StyledLine] {
        guard limit > 0, !workers.isEmpty else { return [] }
        let threads = workers.reduce(0) { $0 + $1.threads }
        let heading = StyledLine("\(counted(workers.count, "worker")), \(counted(threads, "thread"))")
        let wanted = min(workers.count, Self.workersLimit)
        // The last line says how many are left out, where some are.
        let room = min(wanted, limit - 1)
        let shown = room < workers.count ? max(0, room - 1) : room
        // Where not all are shown, those are that somebody might have to look after.
        let (usual, others) = (workers.filter { $0.tone == .good }, workers.filter { $0.tone != .good })
        let ordered = shown < workers.count ? others + usual : workers
        let hostColumns = min(max(8, columns / 4), workers.map { PrintableText.width(of: $0.host) }.max() ?? 0)
        let stateColumns = workers.map { PrintableText.width(of: $0.state) }.max() ?? 0
        var lines = [heading.cut(to: columns)]
        for worker in ordered.prefix(shown) {
            var line = StyledLine("  ")
            line.append(StyledLine(worker.host).cut(to: hostColumns))
            line.fill(to: 4 + hostColumns)
            line.append(worker.state, worker.tone)
            if columns >= Self.threadsColumns {
                line.fill(to: 6 + hostColumns + stateColumns)
                line.append(PrintableText.trailing(counted(worker.threads, "thread"), width: 11))
            }
            if !worker.activity.isEmpty {
                line.fill(to: max(line.width, 4 + hostColumns + stateColumns))
                line.append("  \(worker.activity)", .faint)
            }
            lines.append(line.cut(to: columns))
        }
        if shown < workers.count, limit > 1 {
            lines.append(StyledLine("  … and \(workers.count - shown) more", .faint).cut(to: columns))
        }
        return lines
    }

    /// Narrower terminals are not told each worker's threads.
    private static let threadsColumns = 60
}

extension Panel.Worker {
    fileprivate var tone: StyledLine.Tone {
        switch state {
        case "connected": .good
        case "lost", "set aside": .bad
        default: .wary
        }
    }
}

extension Panel.Sweep {
    /// `table1  ████████░░░░░  48 %  1204/2500 trials`: the name and what is done, in the columns that there are.
    fileprivate func progressLine(_ columns: Int, _ nameColumns: Int) -> StyledLine {
        var line = StyledLine(name, .strong).cut(to: nameColumns)
        line.fill(to: nameColumns + 2)
        let counts = "  \(finishedTrials)/\(counted(trials, "trial"))"
        let room = columns - line.width - StyledLine.percentageColumns
        let hasCounts = room - counts.count >= Self.barColumns.lowerBound
        let bar = min(Self.barColumns.upperBound, room - (hasCounts ? counts.count : 0))
        line.append(StyledLine.bar(fraction, columns: max(0, bar)))
        if hasCounts { line.append(counts) }
        return line.cut(to: columns)
    }

    private static let barColumns = 6...40

    /// How fast it is, how long it will take, and, where it is known, for how many seconds it has been going on.
    fileprivate func paceWords(_ elapsed: Double?) -> [StyledLine] {
        var words: [String] = []
        if let trialsPerMinute, trialsPerMinute.isFinite {
            words.append("\(Panel.rate(trialsPerMinute)) trials/min")
        }
        if let secondsLeft, secondsLeft.isFinite, isActive { words.append("\(TimeText.short(secondsLeft)) left") }
        if let elapsed { words.append(TimeText.short(elapsed) + (isActive ? " so far" : "")) }
        return words.map { StyledLine($0) }
    }

    fileprivate var taskWords: [StyledLine] {
        var words: [StyledLine] = []
        if let remark { words.append(StyledLine(remark, .wary)) }
        if runningTasks > 0 { words.append(StyledLine("\(counted(runningTasks, "task")) running", .good)) }
        if waitingTasks > 0 { words.append(StyledLine("\(waitingTasks) waiting")) }
        if blockedTasks > 0 { words.append(StyledLine("\(blockedTasks) blocked", .faint)) }
        if failed > 0 {
            words.append(StyledLine("\(counted(failed, failsByTask ? "task" : "trial")) failed", .bad))
        }
        return words
    }
}

extension Panel {
    /// Three digits, as `0.25`, `2.5`, `25`, `2500`.
    fileprivate static func rate(_ value: Double) -> String {
        let hundredths = Int((min(value, 1e12) * 100).rounded())
        return switch hundredths {
        case ..<100: "0.\(hundredths < 10 ? "0" : "")\(hundredths)"
        case ..<10_000: "\((hundredths + 5) / 100).\((hundredths + 5) / 10 % 10)"
        default: "\((hundredths + 50) / 100)"
        }
    }
}
