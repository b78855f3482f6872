package import Foundation

/// How far a training is.
package struct TrainingProgress: Hashable, Sendable {
    /// How many steps are done, and how many there are.
    package let step: Int
    package let steps: Int
    /// The mean loss of the last batch before its step.
    package let loss: Double
    /// All epochs so far, where this step has ended one; empty within an epoch.
    package let curve: [TrainingEpoch]

    /// The epoch that this step has ended; nil within an epoch.
    package var epoch: TrainingEpoch? { curve.last }
}

/// A point of the learning curve.
package struct TrainingEpoch: Hashable, Sendable {
    /// Counted from 1.
    package let number: Int
    /// The mean over the epoch's images of the loss before each step.
    package let loss: Float
    /// The goal's figures on the validation images, by ``TrainingGoal/metrics``; NaN for one that is not defined, empty
    /// without such images.
    package let validation: [Float]

    package init(number: Int, loss: Float, validation: [Float]) {
        (self.number, self.loss, self.validation) = (number, loss, validation)
    }
}

extension TrainingGoal {
    /// The names of its figures, in the order of ``TrainingEpoch/validation``.
    package var metrics: [String] { TaskScores.names(of: self) }
}

/// What came out of a training.
package struct TrainingOutcome: Hashable, Sendable {
    /// The goal's figures on each test set.
    package let metrics: [TrialOutcome.Metric]
    package let curve: [TrainingEpoch]
    /// The encoder alone, as `.safetensors` under torchvision's names.
    package let encoder: Data
    /// The generator and the seed that drew the initial weights.
    package let weights: String
    /// SHA-256 over what the training and test images are.
    package let data: String
}

extension TrialOutcome {
    /// What came out of a training, as a result beside others: its figures and where they come from.
    package init(_ training: TrainingOutcome, seconds: Double) {
        self.init(
            metrics: training.metrics, maps: [], skipped: [], weights: training.weights, data: training.data,
            seconds: seconds)
    }
}
