/// How fast a count grows, from when it was seen at which value.
package struct Rate: Hashable, Sendable {
    private struct Sample: Hashable, Sendable {
        let count: Int
        /// In seconds since a moment that is the same for all samples.
        let at: Double
    }

    private var samples: [Sample] = []
    private static let samplesLimit = 256
    /// A rate is taken over so many steps and seconds, where there are as many.
    private static let (steps, seconds) = (20, 60.0)
    /// What was finished longer ago says nothing of now.
    private static let memory = 3_600.0

    package init() {}

    /// Notes a count; one that has not grown adds nothing, one that has shrunk begins anew.
    package mutating func note(_ count: Int, at time: Double) {
        if let last = samples.last {
            if count == last.count { return }
            if count < last.count { samples = [] }
        }
        samples.append(Sample(count: count, at: time))
        samples.removeAll { time - $0.at > Self.memory }
        if samples.count > Self.samplesLimit { samples.removeFirst() }
    }

    /// How much it grows a minute; nil where it was not seen to grow.
    package func perMinute(at time: Double) -> Double? {
        guard let last = samples.last else { return nil }
        let first =
            samples.last { last.count - $0.count >= Self.steps && time - $0.at >= Self.seconds } ?? samples.first
        guard let first, last.count > first.count, time - first.at >= 1, time - last.at < Self.memory else {
            return nil
        }
        return Double(last.count - first.count) / (time - first.at) * 60
    }
}
