package import Coordination
import ResultsStore

/// A training that runs, as `posweep status` shows it.
package struct TrainingSummary: Hashable, Codable, Sendable {
    /// A metric behind some of the epochs so far, in their order; nil where it is not defined.
    package struct Figure: Hashable, Codable, Sendable {
        package let name: String
        package let values: [Float?]
    }

    package let task: String
    package let title: String
    /// The epochs that are done, and how many there will be.
    package let epoch: Int
    package let epochs: Int
    /// The epochs that the figures are of.
    package let curveEpochs: [Int]
    package let figures: [Figure]

    package init(_ training: RunningTraining) {
        let curve = training.curve
        (task, title) = (training.task.short, training.title)
        (epoch, epochs) = (curve.points.last?.epoch ?? 0, training.epochs)
        curveEpochs = curve.points.map(\.epoch)
        figures = curve.metrics.indices.map { place in
            Figure(name: curve.metrics[place], values: curve.points.map { $0.values[place] })
        }
    }

    /// The trainings that a status shows at most.
    package static let limit = 100

    /// A line of text, with the curves drawn where the terminal has the characters.
    package func line(sparklines: Bool) -> String {
        let points = curveEpochs.indices.map { place in
            LearningCurve.Point(
                epoch: curveEpochs[place],
                values: figures.map { $0.values.indices.contains(place) ? $0.values[place] : nil })
        }
        let curve = LearningCurve(metrics: figures.map(\.name), points: points)
        let shown = figures.map { "\($0.name) \(curve.summary(of: $0.name, sparkline: sparklines))" }
        return "task \(task), \(title): " + (["epoch \(epoch) of \(epochs)"] + shown).joined(separator: ", ")
    }
}
