import Simulation
import TestSupport
import Testing

/// What the simulation would find: each mistake that is made on purpose breaks an invariant within a bound.
@Suite("Planted bugs", .serialized, .onItsOwnThread)
struct PlantedBugTests {
    @Test(arguments: PlantedBug.allCases)
    func `a planted bug is found`(bug: PlantedBug) {
        let finder = (1...2000 as ClosedRange<UInt64>).first { seed in
            !SimulationRun(seed: seed, bug: bug).broken.isEmpty
        }
        #expect(finder != nil, "2000 seeds did not find it — posweep simulate --planted \(bug.rawValue)")
    }
}
