package import Coordination

/// What a dashboard is told by the process around it, since no store knows it; without a coordinator it is nothing.
package struct ClusterView: Sendable {
    /// Who works at this moment.
    package var workers: @Sendable () -> [Board.Worker] = { [] }
    /// Puts a sweep's failed tasks back in the queue and says how many there were; nil where nobody could.
    package var retry: (@Sendable (SweepID) throws -> Int)?
    /// The map that a target asks for as a square of this side, row by row; stripes as settings spell them.
    package var truth: @Sendable (_ target: String, _ stripes: String?, _ side: Int) -> [Float]? = { _, _, _ in nil }
    /// How a sweep's trainings went, and those that run.
    package var curves: @Sendable (SweepID) throws -> [BoardCurve] = { _ in [] }

    package init() {}
}

/// How a training goes: figures behind its epochs.
package struct BoardCurve: Hashable, Codable, Sendable {
    package let title: String
    package let isRunning: Bool
    /// How many epochs it will have.
    package let epochs: Int
    package let metrics: [String]
    package let points: [Point]

    package struct Point: Hashable, Codable, Sendable {
        package let epoch: Int
        /// One for each metric; nil for one that is not defined.
        package let values: [Float?]

        package init(epoch: Int, values: [Float?]) {
            (self.epoch, self.values) = (epoch, values)
        }
    }

    package init(title: String, isRunning: Bool, epochs: Int, metrics: [String], points: [Point]) {
        (self.title, self.isRunning, self.epochs) = (title, isRunning, epochs)
        (self.metrics, self.points) = (metrics, points)
    }
}
