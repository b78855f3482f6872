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
            case .submit(let text, let priority): return try submit(text, try priority.map(Self.priority))
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
            case .why(let digits): return .explained(try explanation(of: digits))
            }
        } catch let failure as Failure {
            return .failed(message: failure.message, isUsage: failure.status == Failure.usage("").status)
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

    private func submit(_ text: SweepText, _ priority: SweepPriority?) throws -> ClientAnswer {
        let (sweep, contents) = try Self.read(text)
        try coordinator.keep(contents)
        let submission = try coordinator.submit(sweep, priority: priority)
        return .submitted(
            name: sweep.name, added: submission.added.count, kept: submission.kept.count,
            withdrawn: submission.withdrawn.count, finished: submission.finished, reused: submission.reused)
    }

    /// What a large sweep was read into is gone before it is written down.
    private static func read(_ text: SweepText) throws -> (SubmittedSweep, [ContentSource: ContentDigest]) {
        let definition = try text.definition()
        return (try SubmittedSweep(definition), definition.contents)
    }

    /// What the state folder has written down, then what the coordinator knows at this moment.
    private func explanation(of digits: String) throws -> [String] {
        let subject = try coordinator.store.subject(named: digits)
        let lines = try coordinator.store.explanation(of: subject)
        guard case .task(let task) = subject, let now = coordinator.why(task) else { return lines }
        return lines + ["now: \(now)"]
    }

    private func status() throws -> StatusSummary {
        StatusSummary(
            sweeps: try coordinator.store.progress().map(StatusSummary.Sweep.init), workers: coordinator.workers(),
            trainings: try coordinator.trainings().map(TrainingSummary.init))
    }
}
