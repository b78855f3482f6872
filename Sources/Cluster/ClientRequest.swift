import Coordination
import Foundation
package import ResultsStore

/// What the command line of one process asks the coordinator of another.
package enum ClientRequest: Hashable, Codable, Sendable {
    /// A sweep file as it stands, with what it needs to be read as it was read by the one who submits it.
    ///
    /// Its tasks are split for so many workers.
    case submit(SweepText, priority: Int? = nil, workers: Int? = nil)
    case status
    case cancel(sweep: String)
    /// Changes how a sweep's turns compare with those of others.
    case prioritise(sweep: String, priority: Int)
    /// Tries a sweep's failed tasks again.
    case retry(sweep: String)
    /// Tries the failed tasks of these trials or tasks again, which are named by their first digits.
    ///
    /// A request of its own: a coordinator that does not know it must not take it for one to try all of them.
    case retryTrials(sweep: String, trials: [String])
    /// Why the trial or task whose identifier begins so is where it is.
    case why(String)
    /// Who works, and who did within the last hour.
    case workers
    /// Workers are to leave: those on a host, or with a key's name, or whose identifier begins so; nil for all.
    case drain(workers: String?, handsBack: Bool)
    case pause(sweep: String)
    case resume(sweep: String)

    /// Whether more is asked for than knowledge.
    var changesSomething: Bool {
        switch self {
        case .submit, .cancel, .prioritise, .retry, .retryTrials, .drain, .pause, .resume: true
        case .status, .why, .workers: false
        }
    }
}

/// A sweep file's text and surroundings.
package struct SweepText: Hashable, Codable, Sendable {
    package let text: String
    /// The file's path as the user wrote it, for messages.
    package let path: String
    /// The absolute path of the folder that relative paths start at.
    package let folder: String
    package let overrides: [String]
    /// The variables that the text may name.
    package let environment: [String: String]

    package init(text: String, path: String, folder: String, overrides: [String], environment: [String: String]) {
        self.text = text
        self.path = path
        self.folder = folder
        self.overrides = overrides
        self.environment = environment
    }
}

package enum ClientAnswer: Hashable, Codable, Sendable {
    case submitted(
        name: String, added: Int, kept: Int, withdrawn: Int, finished: Int, reused: Int, isPaused: Bool? = nil)
    case status(StatusSummary)
    case cancelled(sweep: String)
    case prioritised(sweep: String, priority: Int)
    case retried(sweep: String, tasks: Int)
    /// Identifiers of what is tried again, and of what is in the same tasks.
    case retriedTrials(sweep: String, tasks: Int, trials: [String], others: [String])
    /// In words, and as facts; these are nil where the coordinator is of a version that does not say them.
    case explained([String], Standing? = nil)
    case workers([WorkerSummary])
    /// Those that were told to leave, as they were before.
    case draining([WorkerSummary])
    case paused(sweep: String, runningTasks: Int)
    case resumed(sweep: String)
    /// `isUsage` says that the request was wrong, and not the work.
    case failed(message: String, isUsage: Bool)
}

/// How far a coordinator's sweeps are and who works on them.
package struct StatusSummary: Hashable, Codable, Sendable {
    package struct Sweep: Hashable, Codable, Sendable {
        package let name: String
        package let isCancelled: Bool
        /// Nil where the coordinator is of a version that does not say it.
        package let isPaused: Bool?
        package let priority: Int
        package let trials: Int
        package let finishedTrials: Int
        package let failedTrials: Int
        package let runningTasks: Int
        package let waitingTasks: Int
        /// Of those that wait, the ones that others have to make something for first.
        package let blockedTasks: Int

        package init(_ progress: SweepProgress) {
            name = progress.name
            isCancelled = progress.isCancelled
            isPaused = progress.isPaused
            priority = progress.priority.value
            trials = progress.trials.all
            finishedTrials = progress.trials.finished
            failedTrials = progress.trials.failed
            runningTasks = progress.tasks.running
            waitingTasks = progress.tasks.waiting
            blockedTasks = progress.tasks.blocked
        }
    }

    package let sweeps: [Sweep]
    package let workers: [WorkerSummary]
    /// The trainings that run and have ended an epoch; at most ``TrainingSummary/limit`` of them.
    package let trainings: [TrainingSummary]
    /// The trials that were finished last; nil where there are none, or the coordinator is of a version that does not say it.
    package let newest: NewestTrials?

    package init(
        sweeps: [Sweep], workers: [WorkerSummary], trainings: [TrainingSummary] = [], newest: NewestTrials? = nil
    ) {
        self.sweeps = sweeps
        self.workers = workers
        self.newest = newest
        self.trainings = Array(trainings.prefix(TrainingSummary.limit))
    }
}

/// Requests and answers as JSON, in as many messages as it takes.
enum MessagePieces {
    /// The largest request or answer.
    static let bytesLimit = 4 << 20
    /// The first byte of a piece says whether another one follows.
    private static let pieceBytes = Frame.bodyBytesLimit - 1

    static func split(_ message: some Encodable) -> [[UInt8]] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // Plain values of strings and numbers can always be written.
        let bytes = Array((try? encoder.encode(message)) ?? Data())
        let starts = Array(stride(from: 0, to: bytes.count, by: pieceBytes))
        return starts.map { start in
            let end = min(start + pieceBytes, bytes.count)
            return [end < bytes.count ? 1 : 0] + bytes[start..<end]
        }
    }

    /// Takes a piece in.
    ///
    /// - Returns: Whether it was the last.
    /// - Throws: `WireError` where the whole is too large.
    static func join(_ piece: [UInt8], to bytes: inout [UInt8]) throws(WireError) -> Bool {
        guard let more = piece.first, more <= 1 else { throw .undecodable }
        guard bytes.count + piece.count <= bytesLimit else { throw .bodySize(bytes.count + piece.count) }
        bytes += piece.dropFirst()
        return more == 0
    }

    /// The request or answer that all pieces together spell.
    static func message<Message: Decodable>(_ type: Message.Type, from bytes: [UInt8]) throws(WireError) -> Message {
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch {
            throw .undecodable
        }
    }
}
