import Foundation
import TestSupport
import Testing

extension FaultTests {
    @Suite(.serialized, .withProcesses, .timeLimit(.minutes(10)))
    struct Stalls {
        /// Two workers with a sweep, the first of them at work.
        private static func siteAtWork(in folder: URL) async throws -> Site {
            let site = try await Site(in: folder, sweep: TinySweep.text(passes: 6), clockRate: 20)
            try await site.startWorkers(2)
            try await site.submit()
            #expect(await site.seats[0].process.says("attempt 1"))
            return site
        }

        @Test
        func `a worker that stands still for longer than a lease loses its task, and does no harm when it goes on`()
            async throws
        {
            try await withTemporaryFolder { folder in
                let site = try await Self.siteAtWork(in: folder)
                site.seats[0].process.send(SIGSTOP)
                #expect(await site.coordinator.says("is silent"))
                #expect(await site.seats[1].process.says("attempt 2"))
                site.seats[0].process.send(SIGCONT)
                try await site.finish()
            }
        }

        @Test func `a coordinator that stands still for longer than a lease takes nothing from its workers`()
            async throws
        {
            try await withTemporaryFolder { folder in
                let site = try await Self.siteAtWork(in: folder)
                site.coordinator.send(SIGSTOP)
                for seat in site.seats { #expect(await seat.process.says("the coordinator is silent")) }
                site.coordinator.send(SIGCONT)
                try await site.finish()
                #expect(site.repeatedWork == [])
            }
        }
    }
}
