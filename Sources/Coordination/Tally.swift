/// What has happened since a coordinator was started, in numbers that only grow.
package struct Tally: Hashable, Sendable {
    package private(set) var trialsFinished = 0
    package private(set) var tasksDone = 0
    package private(set) var tasksFailed = 0
    package private(set) var assigned = 0
    /// Of those, second executions of what takes long.
    package private(set) var copies = 0
    package private(set) var handedBack = 0
    /// Failed executions by whose fault they were; lost ones are among them.
    package private(set) var failures: [FailureKind: Int] = [:]
    package private(set) var workersJoined = 0
    package private(set) var peersRefused = 0

    package init() {}

    mutating func note(_ report: Report) {
        switch report {
        case .trialFinished: trialsFinished += 1
        case .taskDone: tasksDone += 1
        case .taskFailed: tasksFailed += 1
        case .assigned: assigned += 1
        case .copied: copies += 1
        case .attemptHandedBack: handedBack += 1
        case .attemptFailed(_, _, let kind, _): failures[kind, default: 0] += 1
        case .attemptLost: failures[.lost, default: 0] += 1
        case .workerJoined: workersJoined += 1
        case .peerRefused: peersRefused += 1
        default: break
        }
    }
}

extension Coordinator {
    /// Counts what an event has led to.
    mutating func count(_ effects: [Effect], at now: Moment) {
        for case .report(let report) in effects {
            tally.note(report)
            switch report {
            case .trialFinished(_, let name, let worker):
                workers[worker]?.pace.add(at: now)
                if let sweep = tasks[name.task]?.task.sweep { sweeps[sweep]?.finishedTrials += 1 }
            case .taskFailed(let task, let sweep, _):
                sweeps[sweep]?.failedTrials += tasks[task]?.missing.count ?? 0
            case .workerLost(let worker, _): departed.lose(worker)
            default: break
            }
        }
    }
}
