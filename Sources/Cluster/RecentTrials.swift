import Coordination
import ResultsStore
import Synchronization

/// The trials that were finished last, where the coordinator's thread leaves them for others.
final class RecentTrials: Sendable {
    private let trials = Mutex<[TrialID]>([])

    /// The newest first.
    var newest: [TrialID] { trials.withLock { $0.reversed() } }

    func take(_ notices: [CoordinatorProcess.Notice]) {
        let finished = notices.compactMap { notice -> TrialID? in
            guard case .report(.trialFinished(let trial, _, _)) = notice else { return nil }
            return trial
        }
        guard !finished.isEmpty else { return }
        trials.withLock { $0 = ($0 + finished).suffix(NewestTrials.limit) }
    }
}
