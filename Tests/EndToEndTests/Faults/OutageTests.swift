import Foundation
import TestSupport
import Testing

extension FaultTests {
    @Suite(.serialized, .withProcesses, .timeLimit(.minutes(30)))
    struct Outages {
        /// `POSWEEP_OUTAGE=600` leaves the coordinator down for so many seconds, by the real clock.
        private let seconds = FaultTests.asked("POSWEEP_OUTAGE")

        @Test func `while the coordinator is down, workers finish what they have, and nothing of it is done again`()
            async throws
        {
            try await withTemporaryFolder { folder in
                let site = try await Site(
                    in: folder, sweep: TinySweep.text(passes: 8), clockRate: seconds == nil ? 10 : 1)
                try await site.startWorkers(2)
                try await site.submit()
                for seat in site.seats { #expect(await seat.process.says("attempt 1")) }
                await site.killCoordinator()
                for seat in site.seats { #expect(await seat.hasFinishedItsTasks) }
                if let seconds { try await Task.sleep(for: .seconds(seconds)) }
                try await site.startCoordinator()
                let started = ContinuousClock.now
                for seat in site.seats { #expect(await seat.process.says("joined the coordinator", times: 2)) }
                if seconds != nil { print("all sessions were back after \(ContinuousClock.now - started)") }
                try await site.finish()
                #expect(site.repeatedWork == [])
            }
        }

        @Test
        func `a worker that is killed while the coordinator is down keeps what it has finished`() async throws {
            try await withTemporaryFolder { folder in
                let site = try await Site(in: folder, sweep: TinySweep.text(passes: 6), clockRate: 10)
                try await site.startWorkers(1)
                try await site.submit()
                #expect(await site.seats[0].process.says("attempt 1"))
                await site.killCoordinator()
                #expect(await site.seats[0].hasFinishedItsTasks)
                await site.killWorker(0)
                try site.startWorker(0)
                try await site.startCoordinator()
                try await site.finish()
                #expect(site.repeatedWork == [])
            }
        }
    }
}

extension Site.Seat {
    /// Waits until the worker has finished all trials of the tasks that it was given; each has four.
    fileprivate var hasFinishedItsTasks: Bool {
        get async {
            await process.says { log in
                log.ranges(of: "is finished").count == 4 * log.ranges(of: ", attempt ").count
            }
        }
    }
}
