import Coordination
import Foundation

/// The clock by which leases and silences are counted: the host's, time asleep included.
///
/// Tests that wait for a lease to end let it run faster: with `POSWEEP_CLOCK_RATE=20` in the environment of the coordinator and of
/// its workers, a minute of the protocol takes three seconds, and all its proportions stay.
struct ProtocolClock: Sendable {
    private let started = ContinuousClock.now
    private let rate: Double

    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        let rate = environment["POSWEEP_CLOCK_RATE"].flatMap(Double.init) ?? 1
        self.rate = (1...1_000).contains(rate) ? rate : 1
    }

    var now: Moment { Moment(sinceStart: (ContinuousClock.now - started) * rate) }

    /// How long a thread has to wait for a moment to come; zero where it is past.
    func wait(until moment: Moment) -> Duration {
        max(.zero, moment.duration(since: now)) / rate
    }
}
