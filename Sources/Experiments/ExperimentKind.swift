/// What a trial does.
package enum ExperimentKind: String, CaseIterable, Codable, Sendable {
    /// Reads a position map out of a frozen encoder, as in the paper's tables 1 to 5.
    case position
    /// Trains an encoder from scratch on this task, as in the paper's table 6.
    case saliency, segmentation, classification

    /// What the encoder is trained for; nil where it stays frozen.
    package var goal: TrainingGoal? {
        switch self {
        case .position: nil
        case .saliency: .saliency
        case .segmentation: .segmentation
        case .classification: .classification
        }
    }

    /// The names of the figures that come out, in the order of a table.
    package var metrics: [String] { goal?.metrics ?? PositionMetrics.names }
}
