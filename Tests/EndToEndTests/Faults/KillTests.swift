import Foundation
import Simulation
import TestSupport
import Testing

extension FaultTests {
    @Suite(.serialized, .withProcesses, .timeLimit(.minutes(60)))
    struct Kills {
        /// `POSWEEP_KILLS=200` asks for more of them.
        private let kills = FaultTests.asked("POSWEEP_KILLS") ?? 10

        @Test func `workers, their computations and the coordinator are killed at random moments`() async throws {
            try await withTemporaryFolder { folder in
                let site = try await Site(in: folder, sweep: TinySweep.text(passes: 8), clockRate: 10)
                try await site.startWorkers(3)
                try await site.submit()
                var generator = SplitMix64(seed: 5)
                var (killed, sweeps) = (0, 1)
                while killed < kills {
                    try Task.checkCancellation()
                    guard await site.goesOn(for: Int.random(in: 1...8, using: &generator)) else {
                        // However fast the host is, there is work whenever something is killed.
                        try await site.submit(TinySweep.text(passes: 8, number: sweeps))
                        sweeps += 1
                        continue
                    }
                    let worker = Int.random(in: 0..<3, using: &generator)
                    switch Int.random(in: 0..<4, using: &generator) {
                    case 0:
                        await site.killCoordinator()
                        try await site.startCoordinator()
                        try await site.submit()
                    case 1: site.killComputation(of: worker)
                    default:
                        await site.killWorker(worker)
                        try site.startWorker(worker)
                    }
                    killed += 1
                }
                try await site.finish()
            }
        }
    }
}
