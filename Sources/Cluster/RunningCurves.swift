import Coordination
import Experiments
import ResultsStore
import Sweep
import Synchronization

/// The newest learning curve of each training that runs, from what the coordinator reports.
///
/// A curve is whole whenever it comes, so that one that is lost is made up for by the next.
struct RunningCurves {
    private var curves: [TaskID: LearningCurve] = [:]
    /// Of what was told in vain, as of sweeps that were cancelled, no more than this is kept.
    private static let limit = 1_024

    mutating func take(_ report: Report) {
        switch report {
        case .progress(let name, _, _, _, let curve?):
            if curves[name.task] == nil, curves.count >= Self.limit, let other = curves.keys.first {
                curves[other] = nil
            }
            curves[name.task] = curve
        case .taskDone(let task, _), .taskFailed(let task, _, _): curves[task] = nil
        default: break
        }
    }

    /// The trainings that run, in the order of their titles.
    ///
    /// - Parameter body: The body of a task that runs; nil for one that does not.
    /// - Returns: Those that have ended an epoch.
    /// - Throws: What `body` throws.
    func trainings(
        _ body: (TaskID) throws(StoreError) -> [UInt8]?
    ) throws(StoreError) -> [RunningTraining] {
        var running: [RunningTraining] = []
        for (task, curve) in curves {
            guard let body = try body(task), let training = try? TaskWork(body: body).training else { continue }
            let specification = training.specification
            running.append(
                RunningTraining(
                    task: task, title: specification.title, epochs: specification.fit.epochs, curve: curve))
        }
        return running.sorted { ($0.title, $0.task) < ($1.title, $1.task) }
    }
}

extension TrainingSpecification {
    /// What is trained, in a few words.
    fileprivate var title: String {
        "\(goal.rawValue), \(encoder.name.rawValue), padding \(encoder.padding.rawValue), seed \(seed)"
    }
}

/// The curves where the coordinator's thread leaves them for others.
final class RunningCurvesBox: Sendable {
    private let curves = Mutex(RunningCurves())

    var all: RunningCurves { curves.withLock { $0 } }

    func take(_ report: Report) {
        // Of most reports, thousands a second, nothing is learnt of a training.
        switch report {
        case .progress(_, _, _, _, nil): return
        case .progress, .taskDone, .taskFailed: curves.withLock { $0.take(report) }
        default: return
        }
    }
}
