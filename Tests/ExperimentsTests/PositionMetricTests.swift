import Experiments
import Testing

/// What holds of every metric of position maps, also of one that is added.
@Suite("Metrics of position maps")
struct PositionMetricTests {
    private static let truth = PositionMap.horizontal.values(side: 32, stripes: .unit)

    /// The truth with a ripple of one height, by which neighbours change places.
    private static func disturbed(by height: Float) -> [Float] {
        truth.enumerated().map { pixel, value in value + (pixel.isMultiple(of: 2) ? height : -height) }
    }

    @Test func `the paper's come first, and names are words that a table can tell apart`() {
        #expect(PositionMetrics.names.prefix(2) == ["SPC", "MAE"])
        #expect(Set(PositionMetrics.names.map { $0.lowercased() }).count == PositionMetrics.all.count)
        for name in PositionMetrics.names {
            #expect(!name.isEmpty && !name.contains { $0 == BorderRings.mark || $0 == "," || $0.isWhitespace })
        }
        #expect(ExperimentKind.position.metrics == PositionMetrics.names)
        #expect(PositionMetrics.named("SPC")?.name == "SPC")
        #expect(PositionMetrics.named("spc") == nil)
    }

    @Test(arguments: PositionMetrics.names)
    func `the more a prediction is off, the worse is its figure`(name: String) throws {
        let kind = try #require(PositionMetrics.named(name))
        let metric = kind.init(truth: Self.truth)
        let figures = try [0, 0.05, 0.2, 0.4].map { height in
            try #require(metric.value(of: Self.disturbed(by: height)))
        }
        #expect(figures == figures.sorted { kind.prefersSmall ? $0 < $1 : $0 > $1 })
        #expect(Set(figures).count == figures.count)
    }

    @Test(arguments: PositionMetrics.names)
    func `a constant prediction has a figure unless the metric says that it has none`(name: String) throws {
        let kind = try #require(PositionMetrics.named(name))
        let figure = kind.init(truth: Self.truth).value(of: Self.truth.map { _ in 0.5 })
        #expect((figure == nil) == kind.needsVariation)
    }

    @Test func `the paper's two are the functions of their names`() {
        let prediction = Self.disturbed(by: 0.2)
        let figures = PositionMetrics.all.prefix(2).map { $0.init(truth: Self.truth).value(of: prediction) }
        let correlation = spearmanCorrelation(of: prediction, and: Self.truth)
        #expect(figures == [correlation, meanAbsoluteError(of: prediction, and: Self.truth)])
    }
}
