import Foundation

/// What an arm of an ablation changes, seed by seed: the mean difference to the baseline and its confidence interval.
///
/// Seeds are paired because an arm and its baseline start from the same initial weights and see the images in the same
/// order, so that what they share cancels out.
package struct PairedDifference: Hashable, Sendable {
    package let mean: Double
    /// How many seeds have both figures.
    package let pairs: Int
    /// Half the width of the 95 % confidence interval (Student's t); nil with fewer than two pairs.
    package let margin: Double?

    /// From the arm's figure minus the baseline's, for each seed that has both; nil without any.
    package init?(_ differences: [Double]) {
        guard !differences.isEmpty else { return nil }
        pairs = differences.count
        let mean = differences.reduce(0, +) / Double(pairs)
        self.mean = mean
        guard pairs > 1 else {
            margin = nil
            return
        }
        let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let standardError = (squares / Double(pairs - 1) / Double(pairs)).squareRoot()
        margin = StudentT(degreesOfFreedom: pairs - 1).quantile(0.975) * standardError
    }

    /// `+0.031 ± 0.012 (n=5)`, or `+0.031 (n=1)`, of which no interval can be given.
    package var text: String {
        let sign = mean < 0 || TableCell.text(of: mean) == "0.000" ? "" : "+"
        let interval = margin.map { " ± " + TableCell.text(of: $0) } ?? ""
        return sign + TableCell.text(of: mean) + interval + " (n=\(pairs))"
    }
}

/// Student's t distribution.
struct StudentT {
    let degreesOfFreedom: Int

    /// The value below which a share of the distribution lies, by bisection of its distribution function.
    ///
    /// - Precondition: The share is in 0.5..<1.
    func quantile(_ share: Double) -> Double {
        precondition((0.5..<1).contains(share), "quantiles of the upper half alone")
        var (low, high) = (0.0, 1.0)
        while cumulative(high) < share { high *= 2 }
        while true {
            let middle = (low + high) / 2
            guard middle > low, middle < high else { return middle }
            if cumulative(middle) < share { low = middle } else { high = middle }
        }
    }

    /// The share below a value t ≥ 0, from the closed forms for whole degrees of freedom (Abramowitz and Stegun 26.7.3–4).
    ///
    /// With θ = atan(t / √ν), A is the share between −t and t: a finite sum of powers of cos θ.
    func cumulative(_ value: Double) -> Double {
        let angle = atan(value / Double(degreesOfFreedom).squareRoot())
        let (sine, cosine) = (sin(angle), cos(angle))
        let isOdd = !degreesOfFreedom.isMultiple(of: 2)
        var (sum, term) = (0.0, isOdd ? cosine : 1.0)
        for step in stride(from: isOdd ? 3 : 2, through: degreesOfFreedom, by: 2) {
            sum += term
            term *= cosine * cosine * Double(step - 1) / Double(step)
        }
        let between = isOdd ? 2 / Double.pi * (angle + sine * sum) : sine * sum
        return 0.5 + between / 2
    }
}
