/// How a training went: figures behind some of its epochs, from the first to the last.
///
/// The loss of the training images comes first, figures on the validation images follow. A result takes it whole up to
/// ``pointsLimit`` epochs; of more of them it keeps points that are equally far apart, and the last.
package struct LearningCurve: Hashable, Sendable {
    /// The figures behind one epoch.
    package struct Point: Hashable, Sendable {
        /// Counted from 1.
        package let epoch: Int
        /// One for each metric; nil for one that is not defined.
        package let values: [Float?]

        package init(epoch: Int, values: [Float?]) {
            self.epoch = epoch
            self.values = values
        }
    }

    /// The names of the figures.
    package let metrics: [String]
    /// In the order of the epochs, at least one.
    package let points: [Point]

    /// Points of a stored curve: with the most metrics 8 KiB of an offer.
    package static let pointsLimit = 512
    /// Points of a curve that a running training shows.
    package static let shownPoints = 64
    package static let metricsLimit = 4
    package static let epochsLimit = 10_000

    /// - Precondition: There is a value for each metric at each point.
    package init(metrics: [String], points: [Point]) {
        precondition(points.allSatisfy { $0.values.count == metrics.count }, "a value for each metric")
        self.metrics = metrics
        self.points = points
    }

    /// Which of so many epochs a curve keeps: all of them, or every second one, every third one, …, and the last.
    ///
    /// - Precondition: The limit is larger than 1.
    package static func places(of epochs: Int, atMost limit: Int) -> [Int] {
        precondition(limit > 1, "a curve has a beginning and an end")
        guard epochs > limit else { return Array(0..<epochs) }
        let step = (epochs + limit - 3) / (limit - 1)
        return Array(stride(from: 0, to: epochs - 1, by: step)) + [epochs - 1]
    }

    /// A metric's values in the order of the epochs, without those that are not defined.
    package func values(of metric: String) -> [Float] {
        guard let place = metrics.firstIndex(of: metric) else { return [] }
        return points.compactMap { $0.values[place] }
    }

    /// What is wrong with a curve that cannot be stored as it is; nil for every one that a training makes.
    package var contradiction: String? {
        if points.isEmpty || metrics.isEmpty { return "its learning curve is empty" }
        if Set(metrics).count < metrics.count { return "a metric of its learning curve is there twice" }
        let epochs = points.map(\.epoch)
        let isAscending = zip(epochs, epochs.dropFirst()).allSatisfy { $0 < $1 }
        guard isAscending, epochs.allSatisfy({ (1...Self.epochsLimit).contains($0) }) else {
            return "the epochs of its learning curve are not in their order"
        }
        return points.contains { $0.values.contains { $0?.isFinite == false } }
            ? "its learning curve is not a number somewhere" : nil
    }
}
