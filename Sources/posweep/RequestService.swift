import Cluster
import Coordination
import Foundation
import ResultsStore
import Sweep

/// Answers what the command lines of other processes ask a coordinator.
struct RequestService: Sendable {
    let coordinator: CoordinatorProcess

    func answer(_ request: ClientRequest) -> ClientAnswer {
        do {
            switch request {
            case .submit(let text): return try submit(text)
            case .status: return .status(try status())
            case .cancel(let name):
                try coordinator.cancel(try coordinator.store.sweep(named: name))
                return .cancelled(sweep: name)
            }
        } catch let failure as Failure {
            return .failed(message: failure.message, isUsage: failure.status == Failure.usage("").status)
        } catch let error as SweepError {
            return .failed(message: error.description, isUsage: true)
        } catch {
            return .failed(message: "\(error)", isUsage: false)
        }
    }

    private func submit(_ text: SweepText) throws -> ClientAnswer {
        let definition = try text.definition()
        let submission = try coordinator.submit(definition)
        return .submitted(
            name: definition.name, added: submission.added.count, kept: submission.kept.count,
            withdrawn: submission.withdrawn.count, finished: submission.finished)
    }

    private func status() throws -> StatusSummary {
        StatusSummary(
            sweeps: try coordinator.store.progress().map(StatusSummary.Sweep.init), workers: coordinator.workers())
    }
}
