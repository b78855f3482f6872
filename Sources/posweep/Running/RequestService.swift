import Cluster
import Coordination
import Experiments
import Foundation
import ResultsStore
import Sweep

/// Answers what the command lines of other processes ask a coordinator.
struct RequestService: Sendable {
    let coordinator: CoordinatorProcess

    func answer(_ request: ClientRequest) -> ClientAnswer {
        do {
            switch request {
            case .submit(let text, let priority, let workers):
                return try submit(text, try priority.map(Self.priority), workers: workers ?? 1)
            case .status: return .status(try status())
            case .cancel(let name):
                try coordinator.cancel(try coordinator.store.sweep(named: name))
                return .cancelled(sweep: name)
            case .prioritise(let name, let value):
                let priority = try Self.priority(value)
                try coordinator.prioritise(try coordinator.store.sweep(named: name), priority)
                return .prioritised(sweep: name, priority: priority.value)
            case .retry(let name):
                return .retried(
                    sweep: name, tasks: try coordinator.retryFailed(of: try coordinator.store.sweep(named: name)))
            case .retryTrials(let name, let digits):
                let retried = try coordinator.retryFailed(
                    of: try coordinator.store.sweep(named: name), named: try RetryCommand.bounded(digits))
                return .retriedTrials(
                    sweep: name, tasks: retried.tasks.count, trials: retried.trials.map(\.description),
                    others: retried.others.map(\.description))
            case .workers: return .workers(try vitals().workers)
            case .drain(let name, let handsBack): return try drain(name, handsBack: handsBack)
            case .pause(let name):
                let sweep = try coordinator.store.sweep(named: name)
                try coordinator.pause(sweep)
                let running = try coordinator.store.progress(of: sweep).tasks.running
                return .paused(sweep: name, runningTasks: running)
            case .resume(let name):
                try coordinator.resume(try coordinator.store.sweep(named: name))
                return .resumed(sweep: name)
            case .why(let digits):
                let subject = try coordinator.store.subject(named: digits)
                return .explained(try explanation(of: subject), try coordinator.store.standing(of: subject))
            }
        } catch let failure as Failure {
            return .failed(message: failure.message, isUsage: failure.status == Failure.usage("").status)
        } catch let failure as WorkerSelection.Failure {
            return .failed(message: failure.description, isUsage: true)
        } catch let error as SweepError {
            // The sweep itself was in order where it was submitted.
            return .failed(
                message: "on the coordinator's host, \(Host.current.name):\n\(error.description)", isUsage: true)
        } catch {
            return .failed(message: "\(error)", isUsage: false)
        }
    }

    private static func priority(_ value: Int) throws -> SweepPriority {
        guard let priority = SweepPriority(value) else {
            let range = SweepPriority.range
            throw Failure.usage("\(value) is no priority: they go from \(range.lowerBound) to \(range.upperBound)")
        }
        return priority
    }

    private func submit(_ text: SweepText, _ priority: SweepPriority?, workers: Int) throws -> ClientAnswer {
        guard Self.workerCounts.contains(workers) else {
            throw Failure.usage("a sweep is planned for 1 to \(Self.workerCounts.upperBound) workers, not \(workers)")
        }
        let (sweep, contents) = try Self.read(text, workers: workers)
        try coordinator.keep(contents)
        let submission = try coordinator.submit(sweep, priority: priority)
        return .submitted(
            name: sweep.name, added: submission.added.count, kept: submission.kept.count,
            withdrawn: submission.withdrawn.count, finished: submission.finished, reused: submission.reused,
            isPaused: try coordinator.store.isPaused(submission.sweep))
    }

    /// What a large sweep was read into is gone before it is written down.
    private static func read(
        _ text: SweepText, workers: Int
    ) throws -> (SubmittedSweep, [ContentSource: ContentDigest]) {
        let definition = try text.definition(workers: workers)
        return (try SubmittedSweep(definition), definition.contents)
    }

    /// What the state folder has written down, then what the coordinator knows at this moment.
    private func explanation(of subject: ResultsStore.Subject) throws -> [String] {
        let lines = try coordinator.store.explanation(of: subject)
        guard case .task(let task) = subject, let now = coordinator.why(task) else { return lines }
        return lines + ["now: \(now)"]
    }

    private func drain(_ name: String?, handsBack: Bool) throws -> ClientAnswer {
        let vitals = try vitals()
        let selection = try WorkerSelection(name, among: vitals.candidates)
        coordinator.order(selection.workers, to: handsBack ? .handBack : .finish)
        let chosen = Set(selection.workers)
        return .draining(zip(vitals.candidates, vitals.workers).filter { chosen.contains($0.0.id) }.map(\.1))
    }

    private func vitals() throws -> Vitals {
        guard let vitals = coordinator.vitals(within: Self.patience) else {
            throw Failure.work("the coordinator is busy, and did not answer within \(Self.patience)")
        }
        return vitals
    }

    private static let patience = Duration.seconds(10)
    private static let workerCounts = 1...10_000

    private func status() throws -> StatusSummary {
        StatusSummary(
            sweeps: try coordinator.store.progress().map(StatusSummary.Sweep.init), workers: coordinator.workers(),
            trainings: try coordinator.trainings().map(TrainingSummary.init), newest: try coordinator.newestTrials())
    }
}
