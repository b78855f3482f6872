import Coordination
import Foundation
import Glibc

/// How busy others keep a host: over the last second, and averaged over a minute.
struct HostLoad {
    private struct Sample {
        let time: Moment
        let counters: HostCounters
        /// The ticks of others up to then, since the first sample.
        let others: Int
    }

    private let ticksPerSecond: Double
    private var samples: [Sample]
    /// Others' share of the kernel's load average of a minute, as far as it is made of processor time.
    private(set) var average: Double

    /// So long the present lasts.
    static let window = Duration.seconds(1)
    private static let minute = 60.0

    /// - Parameters:
    ///   - counters: The first ones.
    ///   - average: The kernel's load average: nothing of it is this worker's yet.
    ///   - now: The time.
    ///   - ticksPerSecond: The unit of the kernel's times.
    init(
        _ counters: HostCounters, average: Double, at now: Moment,
        ticksPerSecond: Double = Double(sysconf(Int32(_SC_CLK_TCK)))
    ) {
        self.average = average
        self.ticksPerSecond = ticksPerSecond
        samples = [Sample(time: now, counters: counters, others: 0)]
    }

    /// Takes the next counters in.
    mutating func add(_ counters: HostCounters, at now: Moment) {
        guard let last = samples.last, now > last.time else { return }
        let ticks = counters.othersTicks(since: last.counters)
        samples.append(Sample(time: now, counters: counters, others: last.others + ticks))
        let seconds = now.duration(since: last.time) / .seconds(1)
        let weight = exp(-seconds / Self.minute)
        average = average * weight + Double(ticks) / ticksPerSecond / seconds * (1 - weight)
        let begin = now.sinceStart - Self.window
        while samples.count > 2, samples[1].time.sinceStart <= begin { samples.removeFirst() }
    }

    /// Processors that others have kept busy during the last second.
    var others: Double {
        share { Double($1.others - $0.others) / ticksPerSecond }
    }

    /// Per cent of the last second in which something had to wait.
    var pressure: HostObservation.Pressure {
        func percent(_ counter: KeyPath<HostCounters, Int>) -> Double {
            min(100, max(0, share { Double($1.counters[keyPath: counter] - $0.counters[keyPath: counter]) / 1e4 }))
        }
        return HostObservation.Pressure(
            cpu: percent(\.waitedForCPU), memory: percent(\.waitedForMemory), io: percent(\.waitedForDisks))
    }

    private func share(_ amount: (Sample, Sample) -> Double) -> Double {
        guard let first = samples.first, let last = samples.last, last.time > first.time else { return 0 }
        return amount(first, last) / (last.time.duration(since: first.time) / .seconds(1))
    }
}
