import Experiments
import Foundation
import TestSupport
import Testing

/// A pair of maps and what SciPy and NumPy say of it (Fixtures/make_metrics.py).
private struct MetricCase: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let prediction: [Float]
    let truth: [Float]
    let correlation: Double?
    let error: Double

    var testDescription: String { name }

    static let all = Result {
        try JSONDecoder().decode([MetricCase].self, from: Data(contentsOf: fixture("metrics.json")))
    }
}

@Suite("Metrics")
struct MetricsTests {
    private static let cases = (try? MetricCase.all.get()) ?? []  // The test below notices.

    @Test func `the fixtures are there`() throws {
        #expect(try MetricCase.all.get().count == 12)
    }

    @Test(arguments: cases)
    fileprivate func `the rank correlation is SciPy's, and the mean error NumPy's`(pair: MetricCase) throws {
        let correlation = spearmanCorrelation(of: pair.prediction, and: Ranking(pair.truth))
        #expect(correlation == spearmanCorrelation(of: pair.prediction, and: pair.truth))
        #expect((correlation == nil) == (pair.correlation == nil))
        if let correlation, let expected = pair.correlation { #expect(abs(correlation - expected) < 1e-12) }
        let error = meanAbsoluteError(of: pair.prediction, and: pair.truth)
        #expect(abs(error - pair.error) <= 1e-14 * max(1, pair.error))
    }

    @Test(arguments: [([Float](), [Float]()), ([1], [2]), ([1, .nan, 3], [1, 2, 3]), ([1, 2, 3], [1, .nan, 3])])
    func `nothing, a single value and a value that is no number have no correlation`(
        prediction: [Float], truth: [Float]
    ) {
        #expect(spearmanCorrelation(of: prediction, and: truth) == nil)
    }

    @Test func `infinities are ranked as the largest and smallest values`() {
        #expect(spearmanCorrelation(of: [-.infinity, 0, .infinity], and: [1, 2, 3] as [Float]) == 1)
    }

    @Test(arguments: PositionMap.allCases)
    func `a position map of the paper's size correlates fully with itself`(map: PositionMap) throws {
        let values = map.values(side: 224, stripes: .unit)
        let correlation = try #require(spearmanCorrelation(of: values, and: values))
        #expect(abs(correlation - 1) < 1e-12)
        let opposite = try #require(spearmanCorrelation(of: values.map { -$0 }, and: values))
        #expect(abs(opposite + 1) < 1e-12)
    }
}
