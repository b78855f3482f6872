import Coordination
import ResultsStore

/// How a training goes or went, as the page draws it.
struct BoardCurve: Encodable, Sendable {
    let title: String
    let isRunning: Bool
    /// How many epochs it will have.
    let epochs: Int
    let metrics: [String]
    let points: [Point]

    struct Point: Encodable, Sendable {
        let epoch: Int
        /// One for each metric; nil for one that is not defined.
        let values: [Float?]
    }

    private init(_ curve: LearningCurve, title: String, isRunning: Bool, epochs: Int) {
        (self.title, self.isRunning, self.epochs) = (title, isRunning, epochs)
        metrics = curve.metrics
        points = curve.points.map { Point(epoch: $0.epoch, values: $0.values) }
    }

    /// The trainings that run, and those of a sweep that have ended; of either as many as the page without scripts shows.
    static func all(of sweep: SweepID, in store: ResultsStore, running: [RunningTraining]) throws -> [BoardCurve] {
        let ended = try store.curves(of: sweep, atMost: Page.plotsLimit)
        return running.prefix(Page.plotsLimit).map { training in
            BoardCurve(training.curve, title: training.title, isRunning: true, epochs: training.epochs)
        }
            + ended.trials.map { trial in
                BoardCurve(
                    trial.curve, title: ended.title(of: trial), isRunning: false,
                    epochs: trial.curve.points.last?.epoch ?? 1)
            }
    }
}
