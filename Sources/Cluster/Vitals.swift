package import Coordination

/// What a running coordinator is doing at a moment, for people and for what watches it.
package struct Vitals: Sendable {
    package let census: Census
    /// Those that are here, then those that left or were lost within the last hour.
    package let workers: [WorkerSummary]
    package let commits: CommitTimes
    package let traffic: Traffic
    package let uptime: Duration

    /// Bytes of messages, without what encryption and TCP add.
    package struct Traffic: Hashable, Sendable {
        package internal(set) var received = 0
        package internal(set) var sent = 0
        /// Images, weights and what else workers fetch by content.
        package internal(set) var contents = 0
    }
}

extension CoordinatorProcess {
    /// What the coordinator is doing; nil where its thread does not answer in time, or has ended.
    package func vitals(within limit: Duration) -> Vitals? {
        let handover = Handover<Vitals>()
        return mailbox.post(.vitals(handover.give)) ? handover.take(within: limit) : nil
    }
}
