import Cluster
import Coordination
import Foundation
import ResultsStore
import Sweep

/// A sweep run by this process and workers that it starts.
struct LocalRun {
    enum Outcome {
        case complete
        case failed(tasks: Int)
        case interrupted(cause: String)
    }

    let submission: Submission
    let coordinator: CoordinatorProcess
    private let socketFolder: URL
    private let workers: Int
    private let threads: Int
    private let workerFolder: URL
    private let workerArguments: [String]
    private let board: RunBoard

    /// Submits the sweep to a coordinator in this process.
    ///
    /// - Parameters:
    ///   - definition: The sweep.
    ///   - store: Where its results go.
    ///   - workers: How many workers are started.
    ///   - threads: How many threads each has.
    ///   - workerFolder: Where they keep their results until the coordinator has them.
    ///   - workerArguments: Further arguments of the worker command.
    /// - Throws: `SocketError`, `StoreError`, or `Failure` where the state folder holds another sweep.
    init(
        _ definition: SweepDefinition, store: ResultsStore, workers: Int, threads: Int, workerFolder: URL,
        workerArguments: [String]
    ) throws {
        self.workerFolder = workerFolder
        self.workerArguments = workerArguments
        self.workers = workers
        self.threads = threads
        // A folder of its own, for the path of a socket must be short and nobody else may connect to it.
        socketFolder = FileManager.default.temporaryDirectory.appending(path: "posweep-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(
            at: socketFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        var policy = Policy()
        // Workers of an earlier run have ended with it, so there is nobody to wait for.
        policy.grace = .zero
        coordinator = try CoordinatorProcess(
            store: store, bind: "ipc://\(socketFolder.appending(path: "coordinator").path)", policy: policy)
        do {
            submission = try coordinator.submit(definition, onlySweep: true)
        } catch {
            coordinator.stop()
            coordinator.waitUntilEnded()
            Self.remove(socketFolder)
            if case StoreError.otherSweep = error { throw Failure.usage("\(error)") }
            throw error
        }
        let state = try store.progress(of: submission.sweep)
        board = RunBoard(
            submission.sweep, name: definition.name, coordinator,
            RunProgress(
                trials: state.trials.all, finishedTrials: state.trials.finished, tasks: state.tasks.all,
                finishedTasks: state.tasks.finished))
    }

    /// Starts the workers, shows how far they are, and returns when the sweep has ended or was interrupted.
    ///
    /// - Parameter resumeHint: The command that goes on after an interruption.
    /// - Returns: How it ended.
    /// - Throws: Where no worker can be started.
    func finish(resumeHint: String) async throws -> Outcome {
        let (coordinator, board) = (coordinator, board)
        let display = LiveDisplay(on: .errors) { board.panel() }
        defer {
            // How far it came, and how fast.
            display.end(leaving: 2)
            Self.remove(socketFolder)
        }
        let progress = board.progress
        display.log(
            "\(progress.trials) trials in \(progress.tasks) tasks"
                + (submission.finished > 0 ? "; \(submission.finished) trials have a result already" : "")
                + (submission.reused > 0 ? ", \(submission.reused) of them from other sweeps" : "")
                + (submission.withdrawn.isEmpty
                    ? "" : "; \(submission.withdrawn.count) are withdrawn since the last run, their results kept"))
        let gate = Interruption()
        let signals = Signals {
            gate.interrupt()
            board.stop()
            coordinator.drain()
        } stop: {
            coordinator.stop()
        }
        defer { withExtendedLifetime(signals) {} }
        let isDone = submission.finished == submission.added.count + submission.kept.count
        let cluster = isDone ? nil : try startWorkers(gate, display)
        let cause = await watch(cluster, display)
        cluster?.end()
        coordinator.waitUntilEnded()
        return Self.outcome(of: board.progress, gate, cause: cause, resumeHint: resumeHint)
    }

    private static func outcome(
        of progress: RunProgress, _ gate: Interruption, cause: String?, resumeHint: String
    ) -> Outcome {
        if gate.isInterrupted, progress.finishedTasks < progress.tasks {
            return .interrupted(
                cause: gate.cause ?? "stopped; what is finished is kept — \(resumeHint) goes on from here")
        }
        if let cause { return .interrupted(cause: cause) }
        return progress.failures.isEmpty ? .complete : .failed(tasks: progress.failures.count)
    }

    private func startWorkers(_ gate: Interruption, _ display: LiveDisplay) throws -> LocalCluster {
        let coordinator = coordinator
        return try LocalCluster(
            workers: workers, threads: threads, coordinator: coordinator.endpoint, folder: workerFolder,
            furtherArguments: workerArguments
        ) { notice in
            switch notice {
            case .restarted(_, let cause):
                display.log("a worker died (\(cause)) and is started again")
            case .givenUp(_, let cause):
                gate.interrupt(cause: "a worker died again and again (\(cause)) — see posweep doctor")
                coordinator.stop()
            }
        }
    }

    /// Follows the coordinator until it ends; asks it to when the sweep has.
    private func watch(_ cluster: LocalCluster?, _ display: LiveDisplay) async -> String? {
        for await notice in coordinator.notices {
            switch notice {
            case .ended(let cause): return cause
            case .keyRefused, .keyProblem: continue
            case .report(let report):
                if let line = board.take(report), !(display.isLive && report.isSeenOnThePanel) { display.log(line) }
                if case .trialFinished = report { cluster?.forgetDeaths() }
                guard case .sweepEnded = report else { continue }
                cluster?.expectTheEnd()
                coordinator.drain()
            }
        }
        return nil
    }

    private static func remove(_ folder: URL) {
        try? FileManager.default.removeItem(at: folder)  // A left-over socket in the temporary folder harms nobody.
    }
}

extension Report {
    /// Whether a panel shows it, so that it is worth a line of its own only where there is none.
    fileprivate var isSeenOnThePanel: Bool {
        switch self {
        case .progress, .taskDone: true
        default: false
        }
    }
}
