import Foundation
import Simulation
import TestSupport
import Testing

extension FaultTests {
    @Suite(.serialized, .timeLimit(.minutes(60)))
    struct Kills {
        /// `POSWEEP_KILLS=200` asks for more of them, on a longer sweep.
        private let kills = FaultTests.asked("POSWEEP_KILLS") ?? 10

        @Test func `workers, their computations and the coordinator are killed at random moments`() async throws {
            try await withTemporaryFolder { folder in
                let site = try await Site(in: folder, sweep: TinySweep.text(passes: 6 + 3 * kills / 2), clockRate: 10)
                try await site.startWorkers(3)
                try await site.submit()
                var generator = SplitMix64(seed: 5)
                for kill in 0..<kills {
                    let lines =
                        site.coordinator.saidSoFar.count { $0 == "\n" } + Int.random(in: 1...8, using: &generator)
                    #expect(await site.coordinator.says(lines: lines, or: "has ended"))
                    try #require(!site.hasEnded, "the sweep ended before kill \(kill + 1) of \(kills)")
                    let worker = Int.random(in: 0..<3, using: &generator)
                    switch Int.random(in: 0..<4, using: &generator) {
                    case 0:
                        await site.killCoordinator()
                        try await site.startCoordinator()
                    case 1: site.killComputation(of: worker)
                    default:
                        await site.killWorker(worker)
                        try site.startWorker(worker)
                    }
                }
                try await site.finish()
            }
        }
    }
}
