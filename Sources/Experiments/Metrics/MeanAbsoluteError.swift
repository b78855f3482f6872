/// The mean of the absolute differences, MAE in the paper's tables.
///
/// - Precondition: Both have as many values, and at least one.
package func meanAbsoluteError(of prediction: [Float], and truth: [Float]) -> Double {
    precondition(prediction.count == truth.count && !truth.isEmpty, "a prediction for each value of the truth")
    return zip(prediction, truth).reduce(0.0) { $0 + abs(Double($1.0) - Double($1.1)) } / Double(truth.count)
}
