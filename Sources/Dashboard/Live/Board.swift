import Foundation

/// What the page shows at a moment, without tables and maps: how far sweeps are and who works on them.
///
/// It is bounded, whatever the store holds, and small enough to be sent to everybody who listens.
package struct Board: Hashable, Codable, Sendable {
    /// The newest first, at most ``sweepsLimit``.
    package let sweeps: [Sweep]
    /// By host, at most ``workersLimit``.
    package let workers: [Worker]
    /// How many are left out.
    package let omittedSweeps: Int
    package let omittedWorkers: Int

    package static let sweepsLimit = 200
    package static let workersLimit = 1_000

    package init(sweeps: [Sweep], workers: [Worker]) {
        self.sweeps = Array(sweeps.prefix(Self.sweepsLimit))
        self.workers = Array(workers.prefix(Self.workersLimit))
        omittedSweeps = max(0, sweeps.count - Self.sweepsLimit)
        omittedWorkers = max(0, workers.count - Self.workersLimit)
    }

    package struct Sweep: Hashable, Codable, Sendable {
        package let id: String
        /// Counts up in the order of submission.
        package let number: Int
        package let name: String
        /// "running", "waiting", "paused", "finished", "failed" or "cancelled".
        package let state: String
        package let priority: Int
        package let trials: Int
        package let finished: Int
        package let failed: Int
        package let tasks: Int
        package let runningTasks: Int
        package let waitingTasks: Int
        package let failedTasks: Int
        /// Trials finished a minute; nil before two were seen to finish.
        package let perMinute: Double?
        package let secondsLeft: Double?
    }

    /// A worker as its coordinator sees it.
    package struct Worker: Hashable, Codable, Sendable {
        package let id: String
        package let host: String
        /// The name of its key, where workers have one.
        package let key: String?
        package let threads: Int
        package let version: String
        /// "connected", "late", "silent", "away", "finishing", "leaving", "set aside", or "gone" for a while after it has left or
        /// is lost.
        package var state: String
        package var tasks: Int
        /// For how many seconds nothing was heard of it, where that is too long.
        package var silence: Int?
        /// Results that it has had committed, ever.
        package var trials: Int?
        package var perMinute: Double?

        /// The silence that is no cause for wonder, in seconds: a heartbeat and what it may be late.
        package static let usualSilence = 6.0

        package init(
            id: String, host: String, key: String?, threads: Int, version: String, state: String, tasks: Int,
            secondsSinceHeard: Double
        ) {
            (self.id, self.host, self.key) = (id, host, key)
            (self.threads, self.version, self.tasks) = (threads, version, tasks)
            let isLate = secondsSinceHeard > Self.usualSilence
            self.state = isLate && state == "connected" ? "late" : state
            silence = isLate ? Int(min(secondsSinceHeard, 1e9)) : nil
        }
    }
}

extension Board {
    /// What has changed from one moment to another.
    struct Change: Hashable, Codable, Sendable {
        var sweeps: [Sweep]
        var withdrawnSweeps: [String]
        var workers: [Worker]
        var withdrawnWorkers: [String]
        var omittedSweeps: Int
        var omittedWorkers: Int
    }

    /// Nil where nothing has.
    func change(since old: Board) -> Change? {
        guard self != old else { return nil }
        let (knownSweeps, knownWorkers) = (Set(old.sweeps), Set(old.workers))
        return Change(
            sweeps: sweeps.filter { !knownSweeps.contains($0) },
            withdrawnSweeps: Self.missing(old.sweeps.map(\.id), in: sweeps.map(\.id)),
            workers: workers.filter { !knownWorkers.contains($0) },
            withdrawnWorkers: Self.missing(old.workers.map(\.id), in: workers.map(\.id)),
            omittedSweeps: omittedSweeps, omittedWorkers: omittedWorkers)
    }

    private static func missing(_ old: [String], in new: [String]) -> [String] {
        let new = Set(new)
        return old.filter { !new.contains($0) }
    }
}

extension Encodable {
    /// The value as JSON of one line, with its keys in the order of the alphabet.
    func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}
