import Foundation
import Simulation
import Synchronization

/// What many seeds came to.
struct SeedSurvey {
    private(set) var runs: UInt64 = 0
    private(set) var steps = 0
    /// The runs in which an invariant broke, by seed.
    private(set) var broken: [SimulationRun] = []

    /// Runs seeds on all cores, and shows on the terminal how far it is.
    static func run(_ seeds: ClosedRange<UInt64>, _ simulate: @Sendable (UInt64) -> SimulationRun) -> SeedSurvey {
        let next = Atomic(seeds.lowerBound)
        let shared = Mutex((survey: SeedSurvey(), bar: ProgressBar()))
        let total = seeds.upperBound - seeds.lowerBound + 1
        DispatchQueue.concurrentPerform(iterations: ProcessInfo.processInfo.activeProcessorCount) { _ in
            while true {
                let seed = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard seeds.contains(seed) else { return }
                let run = simulate(seed)
                shared.withLock { state in
                    state.survey.add(run)
                    state.bar.show(state.survey.runs, of: total, "seeds, \(state.survey.broken.count) broken")
                }
            }
        }
        return shared.withLock { state in
            state.bar.clear()
            state.survey.broken.sort { $0.seed < $1.seed }
            return state.survey
        }
    }

    /// The smallest seed that breaks something.
    static func firstBroken(
        _ seeds: ClosedRange<UInt64>, _ simulate: @Sendable (UInt64) -> SimulationRun
    ) -> SimulationRun? {
        var start = seeds.lowerBound
        while start <= seeds.upperBound {
            let end = min(seeds.upperBound, start + 63)
            if let found = run(start...end, simulate).broken.first { return found }
            start = end + 1
        }
        return nil
    }

    private mutating func add(_ run: SimulationRun) {
        runs += 1
        steps += run.steps
        if !run.broken.isEmpty { broken.append(run) }
    }
}
