import Foundation
import TestSupport
import Testing

extension FaultTests {
    /// Workers behind a bad network, which a proxy makes of a good one; everything is encrypted.
    @Suite(.serialized, .withProcesses, .timeLimit(.minutes(10)))
    struct Networks {
        struct Trouble: Sendable, CustomTestStringConvertible {
            let name: String
            let weather: Weather
            /// How long the sweep is.
            let passes: Int
            /// Whether enough of it has happened.
            let isSeen: @Sendable (FaultProxy.Tally) -> Bool

            var testDescription: String { name }
        }

        static let troubles = [
            Trouble(
                name: "late by a fifth of a second each way", weather: Weather(Faults(delay: .milliseconds(200))),
                passes: 4
            ) {
                $0.bytes > 10_000
            },
            Trouble(name: "slow, 128 kilobytes a second", weather: Weather(Faults(bytesPerSecond: 128_000)), passes: 4)
            {
                $0.bytes > 10_000
            },
            Trouble(
                name: "broken off again and again", weather: Weather(Faults(bytesUntilCut: 30_000...150_000)), passes: 8
            ) {
                $0.cuts >= 3
            },
            Trouble(
                name: "a bit flipped in 50,000 bytes", weather: Weather(Faults(bytesPerFlippedBit: 50_000)), passes: 8
            ) {
                $0.flippedBits >= 3
            },
        ]

        @Test(arguments: troubles)
        func `a network may be`(_ trouble: Trouble) async throws {
            try await withTemporaryFolder { folder in
                let site = try await Site(in: folder, sweep: TinySweep.text(passes: trouble.passes), clockRate: 10)
                let proxy = try FaultProxy(to: try LoopbackEndpoint(site.endpoint), seed: 1)
                defer { proxy.stop() }
                try await site.startWorkers(2, at: proxy.endpoint)
                proxy.turn(trouble.weather)
                try await site.submit()
                try await site.finish()
                #expect(trouble.isSeen(proxy.tally), "\(proxy.tally)")
            }
        }

        @Test(arguments: [true, false])
        func `a network may carry nothing one way for longer than a lease`(isInward: Bool) async throws {
            try await withTemporaryFolder { folder in
                let site = try await Site(in: folder, sweep: TinySweep.text(passes: 6), clockRate: 20)
                let proxy = try FaultProxy(to: try LoopbackEndpoint(site.endpoint), seed: 2)
                defer { proxy.stop() }
                try await site.startWorkers(1, at: proxy.endpoint)
                try await site.startWorkers(1)
                try await site.submit()
                #expect(await site.seats[0].process.says("attempt 1"))
                var weather = Weather.fair
                if isInward { weather.inward.isBlocked = true } else { weather.outward.isBlocked = true }
                proxy.turn(weather)
                #expect(await site.coordinator.says("is lost"))
                proxy.turn(.fair)
                #expect(await site.seats[0].process.says("joined the coordinator", times: 2))
                try await site.finish()
            }
        }
    }
}
