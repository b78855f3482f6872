import Foundation
import TestSupport
import Testing

extension FaultTests {
    @Suite(
        .serialized,
        .enabled(
            if: TwoHosts.isAvailable, "skipped: network namespaces take root and iproute2 (apt-get install iproute2)"),
        .withProcesses, .timeLimit(.minutes(10)))
    struct Partitions {
        /// `POSWEEP_PARTITION=30` pulls the wire out for so many seconds, by the real clock.
        private let seconds = FaultTests.asked("POSWEEP_PARTITION")

        @Test func `a wire that is out for less than a lease costs nothing`() async throws {
            try await TwoHosts.connected { hosts in
                try await withTemporaryFolder { folder in
                    let site = try await Site(
                        in: folder, sweep: TinySweep.text(passes: 10), clockRate: seconds == nil ? 10 : 1, on: hosts)
                    try await site.startWorkers(2)
                    try await site.submit()
                    for seat in site.seats { #expect(await seat.process.says("attempt 1")) }
                    try await hosts.cut()
                    if let seconds {
                        try await Task.sleep(for: .seconds(seconds))
                    } else {
                        for seat in site.seats { #expect(await seat.process.says("the coordinator is silent")) }
                    }
                    let joined = site.seats.map { $0.process.saidSoFar.ranges(of: "joined the coordinator").count }
                    try await hosts.heal()
                    let healed = ContinuousClock.now
                    for (seat, times) in zip(site.seats, joined) {
                        #expect(await seat.process.says("joined the coordinator", times: times + 1))
                    }
                    if seconds != nil {
                        let back = ContinuousClock.now - healed
                        print("all sessions were back \(back) after healing")
                        #expect(back < .seconds(10))
                    }
                    try await site.finish()
                    #expect(site.repeatedWork == [])
                }
            }
        }
    }
}
