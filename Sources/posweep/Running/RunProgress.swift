import Coordination

/// How far a run is, from what its coordinator reports.
struct RunProgress {
    let trials: Int
    let tasks: Int
    private(set) var finishedTrials: Int
    private(set) var finishedTasks: Int
    private(set) var failures: [String] = []
    /// What was said last of what is computed.
    private var note = ""
    private var fractions: [TaskID: Double] = [:]
    private let fractionAtStart: Double

    init(trials: Int, finishedTrials: Int, tasks: Int, finishedTasks: Int) {
        self.trials = trials
        self.finishedTrials = finishedTrials
        self.tasks = tasks
        self.finishedTasks = finishedTasks
        fractionAtStart = tasks > 0 ? Double(finishedTasks) / Double(tasks) : 1
    }

    /// From 0 to 1, tasks counted alike.
    var fraction: Double {
        tasks > 0 ? min(1, (Double(finishedTasks) + fractions.values.reduce(0, +)) / Double(tasks)) : 1
    }

    /// The seconds that are left at the rate so far; nil before there is a rate.
    func secondsLeft(after elapsed: Double) -> Double? {
        let done = fraction - fractionAtStart
        return done > 0.01 ? elapsed / done * (1 - fraction) : nil
    }

    /// Takes a report in.
    ///
    /// - Returns: A line for a log, where the report is worth one.
    mutating func take(_ report: Report) -> String? {
        switch report {
        case .workerJoined(_, let host, let threads): return "worker on \(host) joined, \(threads) threads"
        case .workerSuspect(_, let host): return "worker on \(host) is silent"
        case .workerLost(_, let host): return "worker on \(host) is lost"
        case .peerRefused(let reason): return "refused: \(reason)"
        case .assigned(let name, _):
            return name.attempt > .first ? "task \(name.task.short) is tried again, attempt \(name.attempt)" : nil
        case .progress(let name, _, let fraction, let note, _):
            fractions[name.task] = fraction
            let phase = note.prefix { $0 != "," }
            defer { self.note = note }
            return self.note.hasPrefix(phase) ? nil : "task \(name.task.short): \(phase)"
        case .attemptFailed(_, _, let kind, let cause):
            return "a task failed (\(kind.rawValue)): \(cause.prefix { !$0.isNewline })"
        case .attemptLost(let name, _), .attemptHandedBack(let name, _): fractions[name.task] = nil
        case .trialFinished: finishedTrials += 1
        case .taskDone(let task, _):
            fractions[task] = nil
            finishedTasks += 1
            return "\(finishedTasks) of \(tasks) tasks, \(finishedTrials) of \(trials) trials"
        case .taskFailed(let task, _, let cause):
            fractions[task] = nil
            finishedTasks += 1
            failures.append(cause)
            return "task \(task.short) is given up: \(cause.prefix { !$0.isNewline })"
        case .copied(let name, _): return "task \(name.task.short) takes long, and a second worker computes it too"
        case .workerSetAside(_, let host): return "worker on \(host) fails what others can do, and gets no more tasks"
        case .storeRefused(let cause): return cause
        case .storeAccepts: return "the state folder is tried again"
        case .workerLeft, .sweepEnded, .drained: break
        }
        return nil
    }
}
