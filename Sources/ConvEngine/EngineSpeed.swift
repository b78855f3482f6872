internal import KernelInterface

/// How fast this host computes, measured while nothing else runs.
package enum EngineSpeed {
    /// The best of several measurements, in floating-point operations a second, all threads together.
    ///
    /// Products that are added, in registers alone: no layer can be faster, except by an algorithm with fewer products.
    package static func peak(team: ImageTeam, repetitions: Int = 5) -> Double {
        let steps = 1_000_000
        let rates = (0..<repetitions).map { _ in
            let clock = ContinuousClock()
            let operations = ResultSum()
            let seconds = clock.measure {
                team.forEach(team.threads) { thread in
                    let done = Processor.kernels.multiplyAdd(steps: steps, by: 1e-3 * Float(thread + 1))
                    operations.add(done.sum.isFinite ? done.operations : 0)
                }
            }
            return Double(operations.total) / (seconds / .seconds(1))
        }
        return rates.max() ?? 0
    }

    /// The middle one of several times that some work takes, in seconds, after one time that does not count.
    package static func medianSeconds(repetitions: Int, _ work: () -> Void) -> Double {
        work()
        let seconds = (0..<repetitions).map { _ in ContinuousClock().measure(work) / .seconds(1) }
        return seconds.sorted()[repetitions / 2]
    }
}
