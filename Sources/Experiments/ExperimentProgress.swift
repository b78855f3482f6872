/// How much of a task is done, by what each part costs.
struct ExperimentProgress {
    private let encoderCost: Double
    private let epochCost: Double
    private let scoreCost: Double
    private let total: Double
    private var done = 0.0
    private var epochsDone = 0.0

    /// - Parameters:
    ///   - train: How many training images there are.
    ///   - test: How many test images there are, over all test sets.
    ///   - trials: The trials that are run.
    init(train: Int, test: Int, trials: [TrialSettings]) {
        let cost = ExperimentCost(trials)
        let epochs = Set(trials.map { Fit.Schedule($0.fit) }).reduce(0) { $0 + $1.epochs }
        encoderCost = cost.secondsPerImage
        scoreCost = cost.secondsPerImage + cost.secondsPerScore
        total = cost.seconds(train: train, test: test)
        epochCost = epochs > 0 ? Double(train) * cost.secondsPerTrainedImage / Double(epochs) : 0
    }

    mutating func imageExtracted() -> Experiment.Event { advance(.features, by: encoderCost) }

    /// So many epochs are done altogether, with the share of the one that runs.
    mutating func epochsDone(_ epochs: Double) -> Experiment.Event {
        let advanced = epochs - epochsDone
        epochsDone = epochs
        return advance(.fit, by: advanced * epochCost, epoch: Int(epochs) + 1)
    }

    mutating func imageScored() -> Experiment.Event { advance(.scoring, by: scoreCost) }

    private mutating func advance(_ phase: Experiment.Phase, by cost: Double, epoch: Int? = nil) -> Experiment.Event {
        done += cost
        return .progress(phase: phase, fraction: min(1, done / total), epoch: epoch)
    }
}
