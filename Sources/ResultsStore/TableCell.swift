import Coordination

/// One metric of the trials that share a row and a column, which differ in nothing but their seeds.
package struct TableCell: Hashable, Sendable {
    package enum Figure: Hashable, Sendable {
        /// The mean over the seeds, and the sample standard deviation (n − 1) where there are at least two.
        case defined(mean: Double, deviation: Double?)
        /// There are results, but the metric has no value in any of them.
        case undefined
        /// No trial has a result yet.
        case missing
        /// No trial has a result, and none is tried any more.
        case failed
    }

    package let figure: Figure
    /// How many trials the figure is made from.
    package let count: Int
    /// How many trials there are.
    package let expected: Int
    /// The paper's figure.
    package var reference: Double?
    /// Whether ours and the paper's are on one scale, so that their difference means something.
    package var isComparable = true
    /// How far ours may be from the paper's.
    package var tolerance: Double?
    /// Whether it is the best of its rows that differ in what is compared, and not in what is predicted.
    package var isBest = false
    /// What this row differs from the baseline's by, seed by seed.
    package var paired: PairedDifference?

    /// Ours minus the paper's.
    package var difference: Double? {
        guard case .defined(let mean, _) = figure, let reference, isComparable else { return nil }
        return mean - reference
    }

    /// Whether ours agrees with the paper's; nil where there is nothing to agree with.
    package var verdict: Verdict? {
        guard let reference, let tolerance, isComparable else { return nil }
        switch figure {
        case .defined(let mean, _):
            guard count == expected else { return .incomplete }
            return (mean - reference).magnitude <= tolerance ? .agrees : .differs
        // The paper prints .0 where a constant prediction has no rank correlation.
        case .undefined: return reference == 0 ? .agrees : .differs
        case .missing, .failed: return .incomplete
        }
    }

    package enum Verdict: String, Hashable, Sendable {
        /// Within the tolerance.
        case agrees = "ok"
        case differs = "off"
        /// Results are missing, so nothing can be said.
        case incomplete = "?"
    }

    init(_ metric: String, on testSet: String, of trials: [TableTrial]) {
        let findings = trials.compactMap(\.findings)
        let values = findings.compactMap { $0.metric(metric, on: testSet)?.value }
        expected = trials.count
        if !values.isEmpty {
            count = values.count
            let mean = values.reduce(0, +) / Double(values.count)
            let squares = values.reduce(0) { sum, value in sum + (value - mean) * (value - mean) }
            let deviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : nil
            figure = .defined(mean: mean, deviation: deviation)
        } else {
            count = findings.count
            let isWaiting = trials.contains { $0.state == .missing }
            figure = !findings.isEmpty ? .undefined : isWaiting ? .missing : .failed
        }
    }
}

extension TableCell {
    /// The figure as people read it: `0.742`, `0.742 ± 0.012 (2/3)`, `–`.
    package var text: String {
        let missing = count < expected ? " (\(count)/\(expected))" : ""
        switch figure {
        case .defined(let mean, let deviation):
            let spread = deviation.map { " ± " + Self.text(of: $0) } ?? ""
            return Self.text(of: mean) + spread + missing
        case .undefined: return "–" + missing
        case .missing: return "…"
        case .failed: return "✗"
        }
    }

    package var referenceText: String { reference.map(Self.text) ?? "" }

    package var differenceText: String {
        guard let difference else { return "" }
        let text = Self.text(of: difference)
        return text.hasPrefix("-") || text == "0.000" ? text : "+" + text
    }

    /// A figure with three decimals, as the paper prints them.
    package static func text(of value: Double) -> String {
        guard value.magnitude < 1e12 else { return "\(value)" }
        let thousandths = Int64((value * 1000).rounded(.toNearestOrEven))
        let (whole, rest) = thousandths.magnitude.quotientAndRemainder(dividingBy: 1000)
        let decimals = String(rest)
        return (thousandths < 0 ? "-" : "") + "\(whole)." + String(repeating: "0", count: 3 - decimals.count) + decimals
    }
}
