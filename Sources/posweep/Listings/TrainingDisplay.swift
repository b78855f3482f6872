import Cluster
import Coordination
import Experiments
import Foundation
import ResultsStore
import Sweep

/// Shows how far some trainings are: a line that is written over on a terminal, a line for each epoch elsewhere.
struct TrainingDisplay {
    private let count: Int
    private var bar = ProgressBar()
    /// What is still to be done, roughly, in seconds of one core by the training's name.
    private var costs: [String: Double]
    private let started = ContinuousClock.now
    /// What was done since the start, on the scale of the costs.
    private var done = 0.0
    private var finished = 0
    private var current: Current?

    /// The training that runs.
    private struct Current {
        let started = ContinuousClock.now
        let firstStep: Int
        let stepsPerEpoch: Int
        let costPerStep: Double
        /// The figures of the last epoch that ended.
        var figures = ""
        /// The epochs so far.
        var curve: LearningCurve?
    }

    init(_ trainings: [NamedTraining]) {
        count = trainings.count
        costs = Dictionary(
            trainings.map { ($0.name, TrainingCost.seconds($0.task.specification)) }, uniquingKeysWith: { $1 })
    }

    /// Takes in where a training is.
    mutating func show(_ training: NamedTraining, _ event: TrainingRun.Event) {
        let specification = training.task.specification
        switch event {
        case .begun(let step, let steps):
            current = Current(
                firstStep: step, stepsPerEpoch: max(1, steps / specification.fit.epochs),
                costPerStep: (costs[training.name] ?? 0) / Double(max(1, steps)))
            costs[training.name]? *= Double(steps - step) / Double(max(1, steps))
            bar.log(
                "\(training.name): \(finished + 1) of \(count), \(specification.fit.epochs) epochs of \(steps / specification.fit.epochs) steps"
                    + (step > 0 ? ", goes on from step \(step)" : ""))
        case .advanced(let progress):
            guard var current else { return }
            if let epoch = progress.epoch {
                current.figures = Self.figures(of: epoch, specification.goal)
                current.curve = LearningCurve(
                    progress.curve, of: specification.goal, atMost: LearningCurve.shownPoints)
            }
            self.current = current
            done += current.costPerStep
            costs[training.name]? -= current.costPerStep
            show(training, progress, current)
        }
    }

    private mutating func show(_ training: NamedTraining, _ progress: TrainingProgress, _ current: Current) {
        let specification = training.task.specification
        let epoch = (progress.step - 1) / current.stepsPerEpoch + 1
        let elapsed = (ContinuousClock.now - current.started) / .seconds(1)
        let images = Double((progress.step - current.firstStep) * specification.fit.batch)
        let rate = elapsed > 0 ? String(format: "%.1f images/s", images / elapsed) : "–"
        let place = "epoch \(epoch)/\(specification.fit.epochs)"
        if !bar.isDrawn, progress.epoch != nil {
            bar.log("\(training.name): \(place)  \(current.figures)  \(rate)")
        }
        let left = costs.values.reduce(0, +)
        let spent = (ContinuousClock.now - started) / .seconds(1)
        let timeLeft = done > 0 ? TimeText.short(spent / done * max(0, left)) + " left" : "–"
        let loss = String(format: "loss %.4f", progress.loss)
        bar.show(
            done / max(done + left, .leastNonzeroMagnitude),
            "\(finished + 1)/\(count) trainings  \(place)  \(timeLeft)  \(loss)  \(rate)  \(current.figures)")
    }

    /// Says how a training ended.
    mutating func end(_ training: NamedTraining, _ end: TrainingRun.End) {
        costs[training.name] = nil
        switch end {
        case .finished:
            let curve = current?.curve.map { "  " + summary(of: $0) } ?? ""
            bar.log("\(training.name): \(current == nil ? "finished before" : "finished")\(curve)")
        case .stopped(let step, let steps): bar.log("\(training.name): stopped behind step \(step) of \(steps)")
        }
        finished += 1
        current = nil
    }

    /// Says why a training could not be finished.
    mutating func fail(_ training: NamedTraining, _ error: any Error) {
        costs[training.name] = nil
        bar.log("\(training.name): \(error)")
        finished += 1
        current = nil
    }

    /// Leaves an empty line to go on with.
    mutating func clear() { bar.clear() }

    /// How the loss and the figures on the validation images went.
    private func summary(of curve: LearningCurve) -> String {
        curve.metrics.map { "\($0) \(curve.summary(of: $0, sparkline: bar.drawsBlocks))" }.joined(separator: "  ")
    }

    /// An epoch's loss and its figures on the validation images.
    private static func figures(of epoch: TrainingEpoch, _ goal: TrainingGoal) -> String {
        let named = zip(goal.metrics, epoch.validation).map { name, value in
            "\(name) \(value.isNaN ? "–" : String(format: "%.4f", value))"
        }
        return ([String(format: "mean loss %.4f", epoch.loss)] + named).joined(separator: "  ")
    }
}
