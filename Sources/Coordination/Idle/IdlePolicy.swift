/// Decides when a worker on somebody's machine works, stands still, hands back what it has, and gives up its memory.
///
/// HTCondor's activities and its five conditions between them:
///
///     idle ──START──▶ busy ──SUSPEND──▶ suspended ──PREEMPT──▶ vacating ──KILL──▶ idle
///                      ▲                    │                      │
///                      └─────CONTINUE───────┴──────────────────────┘
package struct IdlePolicy: Hashable, Sendable {
    /// What the worker does.
    package enum Activity: Hashable, Sendable {
        /// It has nothing, and takes nothing. Can become busy.
        case idle
        /// It takes work and computes. Can become suspended.
        case busy
        /// It keeps its task, which stands still. Can become busy or vacating.
        case suspended
        /// It has handed its task back; what it has in memory is still there. Can become busy or idle.
        case vacating
    }

    package enum Decision: Hashable, Sendable {
        case start
        case suspend(cause: String)
        case `continue`
        case preempt(cause: String)
        case kill(cause: String)
    }

    package let rules: OwnerRules
    package private(set) var activity = Activity.idle
    /// Why nothing is computed; nil while the worker may.
    package private(set) var standstill: String? = notLookedYet
    private var since: Moment
    private var cpuBusySince: Moment?

    static let notLookedYet = "the machine has not been looked at yet"

    package init(_ rules: OwnerRules, at now: Moment = .start) {
        self.rules = rules
        since = now
    }

    /// Takes in what is seen of the host.
    ///
    /// - Returns: What has to change; nil where nothing has.
    package mutating func decide(on seen: HostObservation, at now: Moment) -> Decision? {
        cpuBusySince = seen.othersCPU >= rules.highLoad ? cpuBusySince ?? now : nil
        let decision = rules.decision(
            in: activity, for: now.duration(since: since), on: seen,
            cpuBusyTime: cpuBusySince.map { now.duration(since: $0) })
        if let decision { turn(to: decision, at: now) }
        if activity != .busy { standstill = rules.standstill(in: activity, on: seen) ?? standstill }
        return decision
    }

    private mutating func turn(to decision: Decision, at now: Moment) {
        since = now
        switch decision {
        case .start, .continue:
            activity = .busy
            standstill = nil
        case .suspend(let cause):
            activity = .suspended
            standstill = cause
        case .preempt: activity = .vacating
        case .kill: activity = .idle
        }
    }
}

extension OwnerRules {
    /// HTCondor's five conditions.
    ///
    /// - Parameters:
    ///   - activity: What the worker does.
    ///   - time: For how long it has.
    ///   - seen: What is seen of the host.
    ///   - cpuBusyTime: For how long others have kept more than `highLoad` processors busy; nil where they do not.
    /// - Returns: What has to change on the host; nil where nothing has.
    package func decision(
        in activity: IdlePolicy.Activity, for time: Duration, on seen: HostObservation, cpuBusyTime: Duration? = nil
    ) -> IdlePolicy.Decision? {
        switch activity {
        case .idle: return reasonToWait(seen, idleTime: startIdleTime) == nil ? .start : nil
        case .busy: return reasonToSuspend(seen, cpuBusyTime: cpuBusyTime).map { .suspend(cause: $0) }
        case .suspended:
            if let cause = reasonOfMemory(seen) { return .preempt(cause: cause) }
            if mayContinue(after: time, seen) { return .continue }
            guard time > maxSuspendTime else { return nil }
            return .preempt(cause: "it was suspended for \(maxSuspendTime.inWords)")
        case .vacating:
            if let cause = reasonOfMemory(seen) { return .kill(cause: cause) }
            if mayContinue(after: time, seen) { return .continue }
            guard time > maxVacateTime else { return nil }
            return .kill(cause: "it has waited for \(maxVacateTime.inWords) more")
        }
    }

    private func mayContinue(after time: Duration, _ seen: HostObservation) -> Bool {
        time > Self.leastSuspendTime && reasonToWait(seen, idleTime: continueIdleTime) == nil
    }

    /// Why nothing is computed; nil where only the time that has to pass is missing.
    func standstill(in activity: IdlePolicy.Activity, on seen: HostObservation) -> String? {
        reasonToWait(seen, idleTime: activity == .idle ? startIdleTime : continueIdleTime)
    }
}
