/// MAE in the paper's tables.
struct MeanAbsoluteError: PositionMetric {
    static let name = "MAE"
    static let prefersSmall = true
    static let needsVariation = false

    private let truth: [Float]

    init(truth: [Float]) { self.truth = truth }

    func value(of prediction: [Float]) -> Double? { meanAbsoluteError(of: prediction, and: truth) }
}

/// The mean of the absolute differences.
///
/// - Precondition: Both have as many values, and at least one.
package func meanAbsoluteError(of prediction: [Float], and truth: [Float]) -> Double {
    precondition(prediction.count == truth.count && !truth.isEmpty, "a prediction for each value of the truth")
    return zip(prediction, truth).reduce(0.0) { $0 + abs(Double($1.0) - Double($1.1)) } / Double(truth.count)
}
