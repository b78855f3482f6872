import Coordination
import Foundation
import Testing

/// The cluster in virtual time with every fault that we could think of; the one test that looks for what nobody thought of.
@Suite("Simulation")
struct SimulationTests {
    private static let seedsInChunk: UInt64 = 25
    private static let replay = ProcessInfo.processInfo.environment["POSWEEP_SEED"].flatMap(UInt64.init)
    /// `POSWEEP_SEEDS=100000` for a night.
    private static let seeds = ProcessInfo.processInfo.environment["POSWEEP_SEEDS"].flatMap(UInt64.init) ?? 200

    @Test(
        arguments: replay.map { [$0...$0] }
            ?? stride(from: 1, through: seeds, by: Int(seedsInChunk)).map { $0...$0 + seedsInChunk - 1 })
    func `whatever fails, no result is lost and every sweep ends`(chunk: ClosedRange<UInt64>) {
        for seed in chunk {
            let cluster = SimulatedCluster(seed: seed)
            cluster.run()
            #expect(
                cluster.broken.isEmpty,
                "after \(cluster.steps) steps — POSWEEP_SEED=\(seed) swift test --filter Simulation")
        }
    }

    @Test(arguments: [1, 7, 42] as [UInt64])
    func `the same seed tells the same story`(seed: UInt64) {
        let stories = (0..<2).map { _ in
            let cluster = SimulatedCluster(seed: seed)
            cluster.run()
            return cluster.trace
        }
        #expect(stories[0] == stories[1])
    }
}
