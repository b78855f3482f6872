/// Compares one trial's predicted maps with its target, image by image, and keeps the running means.
///
/// All metrics are taken at the images' size, on the prediction as it is resized (Islam et al. 2020, section 3).
struct Scoring: Sendable {
    /// A prediction that varies by less than this is taken for constant, and its correlations for undefined.
    ///
    /// Features of a constant image through an unpadded encoder are constant, but for single precision: they ripple by
    /// some 1e-6 of their size, and a rank correlation would rank that ripple.
    static let smallestRange: Float = 1e-5

    private let metricsOfWhole: [any PositionMetric]
    private let resize: BilinearResize
    private let outputSide: Int
    private let mapsKept: Int
    private let rings: [Ring]
    private var tests: [TestScores] = []
    /// The predictions that are kept, the first ones of each test set.
    private(set) var maps: [TrialOutcome.Map] = []

    /// What one prediction scores.
    struct Score: Sendable {
        /// Those of ``PositionMetrics``, each nil where it is not defined.
        let figures: [Double?]
        /// The same on each ring around the border.
        let rings: [Score]
    }

    /// Part of the target.
    private struct Ring: Sendable {
        let suffix: String
        let pixels: [Int]
        let metrics: [any PositionMetric]
    }

    /// Sums over the images of a test set.
    private struct Sums: Sendable {
        var images = 0
        var metrics = PositionMetrics.all.map { _ in (defined: 0, sum: 0.0) }

        mutating func add(_ score: Score) {
            images += 1
            for (metric, figure) in score.figures.enumerated() {
                guard let figure else { continue }
                metrics[metric].defined += 1
                metrics[metric].sum += figure
            }
        }
    }

    private struct TestScores: Sendable {
        let name: String
        var whole = Sums()
        var rings: [Sums]
    }

    /// - Parameters:
    ///   - trial: The target.
    ///   - readout: What predicts the maps.
    ///   - targetSide: The side on which they are compared.
    ///   - mapsKept: How many of them are kept for each test set.
    ///   - rings: Into how many rings around the border the figures are also split.
    init(_ trial: TrialSettings, readout: PosENet, targetSide: Int, mapsKept: Int, rings: Int) {
        self.mapsKept = mapsKept
        outputSide = readout.outputSide
        resize = BilinearResize(from: readout.outputSide, to: targetSide)
        let truth = trial.target.values(side: targetSide, stripes: trial.stripes)
        metricsOfWhole = PositionMetrics.all.map { $0.init(truth: truth) }
        let borders = BorderRings(count: rings, side: targetSide)
        self.rings = borders.ranges.indices.map { ring in
            let pixels = borders.pixels(of: ring)
            let truth = pixels.map { truth[$0] }
            return Ring(
                suffix: borders.name(of: "", ring: ring), pixels: pixels,
                metrics: PositionMetrics.all.map { $0.init(truth: truth) })
        }
    }

    /// What one prediction scores.
    func score(_ map: [Float]) -> Score {
        let prediction = resize(map)
        let parts = rings.map { ring in
            Self.score(ring.pixels.map { prediction[$0] }, by: ring.metrics, rings: [])
        }
        return Self.score(prediction, by: metricsOfWhole, rings: parts)
    }

    private static func score(_ prediction: [Float], by metrics: [any PositionMetric], rings: [Score]) -> Score {
        let isConstant = (prediction.max() ?? 0) - (prediction.min() ?? 0) < smallestRange
        let figures = metrics.map { metric in
            isConstant && type(of: metric).needsVariation ? nil : metric.value(of: prediction)
        }
        return Score(figures: figures, rings: rings)
    }

    mutating func beginTest(_ name: String) {
        tests.append(TestScores(name: name, rings: rings.map { _ in Sums() }))
    }

    /// Takes one image into the means of the test set that was begun last.
    mutating func add(_ score: Score, image: Int, name: String, map: [Float]) {
        guard var test = tests.popLast() else { return }
        if test.whole.images < mapsKept {
            maps.append(
                TrialOutcome.Map(
                    testSet: test.name, image: image, imageName: name, height: outputSide, width: outputSide,
                    values: map))
        }
        test.whole.add(score)
        for (ring, part) in score.rings.enumerated() { test.rings[ring].add(part) }
        tests.append(test)
    }

    /// The figures of each test set: all metrics of the whole map, then of each ring from the border to the centre.
    var metrics: [TrialOutcome.Metric] {
        tests.flatMap { test in
            metrics(test.whole, suffix: "", of: test.name)
                + zip(test.rings, rings).flatMap { metrics($0, suffix: $1.suffix, of: test.name) }
        }
    }

    private func metrics(_ sums: Sums, suffix: String, of testSet: String) -> [TrialOutcome.Metric] {
        zip(PositionMetrics.names, sums.metrics).map { name, metric in
            TrialOutcome.Metric(
                testSet: testSet, name: name + suffix,
                value: metric.defined > 0 ? metric.sum / Double(metric.defined) : nil,
                images: sums.images, undefined: sums.images - metric.defined)
        }
    }
}
