/// Why a task is where it is.
package struct Explanation: Hashable, Sendable, CustomStringConvertible {
    package let task: TaskID
    package let state: String
    package let reasons: [String]

    package var description: String {
        "task \(task.short) is \(state)" + reasons.map { "\n  \($0)" }.joined()
    }
}

extension Coordinator {
    /// Why a task waits, or where it is; nil for a task that the coordinator does not know.
    package func why(_ id: TaskID, at now: Moment) -> Explanation? {
        guard let entry = tasks[id] else { return nil }
        var reasons = FailureKind.allCases.map { ($0, entry.failures(of: $0)) }.filter { $0.1 > 0 }.map { kind, count in
            "failed \(count) times (\(kind.rawValue)); \(policy.retries[kind] ?? 0) are allowed"
        }
        let state: String
        switch entry.state {
        case .blocked(let unmet):
            state = "waiting for \(unmet.count == 1 ? "another trial" : "\(unmet.count) other trials")"
            reasons += unmet.map { "waits for trial \($0.short) (\(placeOfWork(on: $0)))" }
        case .waiting:
            state = "waiting for attempt \(entry.nextAttempt)"
            if queue.isPaused(entry.task.sweep) { reasons.append("its sweep is paused") }
            reasons += reasonsToWait
            if let reason = reasonOfMemory(entry.task) { reasons.append(reason) }
        case .running(let leases):
            state = leases.map { place(of: $0) }.joined(separator: " and ")
            for lease in leases { reasons.append(news(of: lease, at: now)) }
        case .failing(let cause), .failed(let cause):
            state = "failed"
            reasons.append(cause)
        case .done: state = "done"
        case .cancelled: state = "cancelled"
        }
        reasons.append("\(entry.missing.count) of \(entry.task.trials.count) trials are missing")
        return Explanation(task: id, state: state, reasons: reasons)
    }

    /// Who computes a trial that others wait for.
    private func placeOfWork(on trial: TrialID) -> String {
        guard let id = missingTrials[trial]?.first, let entry = tasks[id] else { return "which no task computes" }
        let leases = entry.leases.map { place(of: $0) }.joined(separator: " and ")
        return "task \(id.short), " + (leases.isEmpty ? "which waits too" : leases)
    }

    private func place(of lease: Lease) -> String {
        "attempt \(lease.attempt) on \(workers[lease.worker]?.hello.host ?? "worker \(lease.worker.short)")"
    }

    private func news(of lease: Lease, at now: Moment) -> String {
        switch lease.phase {
        case .starting: "being written down before its worker is told"
        case .held:
            "last heard of \(now.duration(since: lease.renewed)) ago"
                + (workers[lease.worker]?.standstill.map { "; it stands still: \($0.cause)" } ?? "")
        case .awaited:
            """
            given away by an earlier coordinator; its worker has \(policy.grace - now.duration(since: lease.began)) left \
            to come back
            """
        }
    }

    private var reasonsToWait: [String] {
        var reasons: [String] = []
        if isDraining { reasons.append("the coordinator is shutting down") }
        if storeRestsUntil != nil { reasons.append("the disk of the state folder refuses records") }
        if workers.isEmpty { reasons.append("no worker has joined") }
        let suspects = workers.values.count { $0.isSuspect }
        if suspects > 0 { reasons.append("\(suspects) of \(workers.count) workers are silent") }
        let standing = workers.values.count { $0.standstill != nil }
        if standing > 0 {
            reasons.append("\(standing) of \(workers.count) workers are on machines that their owners use")
        }
        let setAside = workers.values.count { $0.record.isSetAside }
        let leaving = workers.values.count { $0.isLeaving }
        if leaving > 0 { reasons.append("\(leaving) of \(workers.count) workers were told to leave") }
        if setAside > 0 { reasons.append("\(setAside) workers fail what others can do, and get nothing") }
        if suspects + standing < workers.count, leastLoadedWorkerIsMissing {
            reasons.append("every worker has as much as it asked for")
        }
        return reasons
    }

    /// Why no worker that is there may have a task, however long it waits.
    private func reasonOfMemory(_ task: SweepTask) -> String? {
        guard let largest = workers.values.map(\.memory).max(), task.memory > largest else { return nil }
        return """
            takes about \(Self.gigabytes(task.memory)) of memory, and the largest worker has \(Self.gigabytes(largest)) — start \
            one with more (--memory)
            """
    }

    private static func gigabytes(_ bytes: Int) -> String {
        let tenths = (bytes + 50_000_000) / 100_000_000
        return "\(tenths / 10).\(tenths % 10) GB"
    }

    private var leastLoadedWorkerIsMissing: Bool { !workers.values.contains(where: \.hasRoom) }
}
