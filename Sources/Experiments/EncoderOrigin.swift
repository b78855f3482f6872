/// Where an encoder's weights come from that stays frozen.
package enum EncoderOrigin: String, CaseIterable, Sendable {
    /// A weights file, or a seed that draws them.
    case none
    /// A training for this task in the same sweep, with the same encoder, padding, normalisation, seed and schedule.
    case saliency, segmentation, classification

    /// What the training does; nil where there is none.
    package var experiment: ExperimentKind? {
        switch self {
        case .none: nil
        case .saliency: .saliency
        case .segmentation: .segmentation
        case .classification: .classification
        }
    }
}
