import Simulation
import TestSupport
import Testing

/// The cluster in virtual time with every fault that we could think of; the one test that looks for what nobody thought of.
@Suite("Simulation", .serialized, .onItsOwnThread)
struct SimulationTests {
    private static let chunks: [ClosedRange<UInt64>] = (0..<20).map { $0 * 100 + 1...$0 * 100 + 100 }

    @Test(arguments: chunks)
    func `whatever fails, no result is lost and every sweep ends`(seeds: ClosedRange<UInt64>) {
        for seed in seeds {
            let run = SimulationRun(seed: seed)
            #expect(run.broken.isEmpty, "after \(run.steps) steps — posweep simulate --seed \(seed) --trace")
        }
    }

    @Test(arguments: [1...100 as ClosedRange<UInt64>])
    func `the same seed tells the same story`(seeds: ClosedRange<UInt64>) {
        for seed in seeds { #expect(SimulationRun(seed: seed).trace == SimulationRun(seed: seed).trace) }
    }
}
