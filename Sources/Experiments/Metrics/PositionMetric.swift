/// A figure that says how near a predicted position map is to its target; ``PositionMetrics`` lists them all.
///
/// A value is made for each target, and for each ring of one. It keeps what serves all predictions, as SPC does the target's
/// ranks.
package protocol PositionMetric: Sendable {
    /// As sweep files and tables call it.
    static var name: String { get }

    /// Whether small figures are the better ones, as of an error.
    static var prefersSmall: Bool { get }

    /// Whether a constant prediction has no such figure, as it has no correlation with anything.
    ///
    /// A trial's prediction counts as constant where it varies by less than the ripple of single precision.
    static var needsVariation: Bool { get }

    /// - Parameter truth: The target's values, at least one.
    init(truth: [Float])

    /// The figure of one prediction; nil where it is not defined.
    ///
    /// - Precondition: There are as many values as the truth has.
    func value(of prediction: [Float]) -> Double?
}

/// Every metric of position maps.
package enum PositionMetrics {
    /// In the order of a table.
    ///
    /// A new one is a line here.
    package static let all: [any PositionMetric.Type] = [
        SpearmanCorrelation.self,
        MeanAbsoluteError.self,
    ]

    package static let names = all.map { $0.name }

    /// The metric of this name.
    package static func named(_ name: some StringProtocol) -> (any PositionMetric.Type)? {
        all.first { $0.name == name }
    }
}
