/// What a trial does.
package enum ExperimentKind: String, CaseIterable, Codable, Sendable {
    /// Reads a position map out of a frozen encoder, as in the paper's tables 1 to 5.
    case position
    /// Trains an encoder from scratch on this task, as in the paper's table 6.
    case saliency, segmentation, classification

    /// What the encoder is trained for; nil where it stays frozen.
    package var goal: TrainingGoal? { TrainingGoal(rawValue: rawValue) }

    /// The names of the figures that come out, in the order of a table.
    package var metrics: [String] { goal?.metrics ?? ["SPC", "MAE"] }
}
