/// The ranks of some values, equal values sharing the mean of their ranks.
///
/// A truth is ranked once and compared with many predictions.
package struct Ranking: Sendable {
    /// Twice the rank less its mean: whole numbers, so that sums are exact.
    fileprivate let centredRanks: [Int64]
    fileprivate let sumOfSquares: Double
    /// Whether there is a value that is no number.
    fileprivate let hasNaN: Bool

    package init(_ values: [Float]) {
        hasNaN = values.contains(where: \.isNaN)
        let keys = values.map(Self.key)
        let order = Self.sortedOrder(of: keys)
        var ranks = [Int64](repeating: 0, count: values.count)
        var first = 0
        while first < order.count {
            var end = first + 1
            while end < order.count, keys[order[end]] == keys[order[first]] { end += 1 }
            // Ranks first+1…end have the mean (first + 1 + end) / 2; the mean of all is (count + 1) / 2.
            let centred = Int64(first + end - order.count)
            for position in first..<end { ranks[order[position]] = centred }
            first = end
        }
        centredRanks = ranks
        sumOfSquares = ranks.reduce(0.0) { $0 + Double($1) * Double($1) }
    }

    /// Bits that sort as the values do; both zeros are one.
    private static func key(_ value: Float) -> UInt32 {
        let bits = (value == 0 ? 0 : value).bitPattern
        return bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
    }

    /// The positions in ascending order of their keys, by two passes over half of the bits each.
    private static func sortedOrder(of keys: [UInt32]) -> [Int] {
        var order = Array(keys.indices)
        for shift in [0, 16] as [UInt32] {
            var starts = [Int](repeating: 0, count: 65_537)
            for key in keys { starts[Int((key >> shift) & 0xffff) + 1] += 1 }
            for digit in 1...65_536 { starts[digit] += starts[digit - 1] }
            var sorted = order
            for position in order {
                let digit = Int((keys[position] >> shift) & 0xffff)
                sorted[starts[digit]] = position
                starts[digit] += 1
            }
            order = sorted
        }
        return order
    }
}

/// SPC in the paper's tables.
struct SpearmanCorrelation: PositionMetric {
    static let name = "SPC"
    static let prefersSmall = false
    static let needsVariation = true

    private let ranking: Ranking

    init(truth: [Float]) { ranking = Ranking(truth) }

    func value(of prediction: [Float]) -> Double? { spearmanCorrelation(of: prediction, and: ranking) }
}

/// Spearman's rank correlation: Pearson's correlation of the ranks.
///
/// - Returns: From −1 to 1; nil where it is not defined: a side is constant or empty, or has a NaN.
/// - Precondition: Both have as many values.
package func spearmanCorrelation(of prediction: [Float], and truth: Ranking) -> Double? {
    precondition(prediction.count == truth.centredRanks.count, "a prediction for each value of the truth")
    let ranking = Ranking(prediction)
    guard !ranking.hasNaN, !truth.hasNaN, ranking.sumOfSquares > 0, truth.sumOfSquares > 0 else { return nil }
    var product = 0.0
    for (one, other) in zip(ranking.centredRanks, truth.centredRanks) { product += Double(one) * Double(other) }
    return product / (ranking.sumOfSquares * truth.sumOfSquares).squareRoot()
}

/// Spearman's rank correlation of two maps that are compared once.
///
/// - Precondition: Both have as many values.
package func spearmanCorrelation(of prediction: [Float], and truth: [Float]) -> Double? {
    spearmanCorrelation(of: prediction, and: Ranking(truth))
}
