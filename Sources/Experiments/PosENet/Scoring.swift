/// Compares one trial's predicted maps with its target, image by image, and keeps the running means.
///
/// SPC and MAE are taken at the images' size, on the prediction as it is resized (Islam et al. 2020, section 3).
struct Scoring: Sendable {
    /// A prediction that varies by less than this is taken for constant, and its SPC for undefined.
    ///
    /// Features of a constant image through an unpadded encoder are constant, but for single precision: they ripple by
    /// some 1e-6 of their size, and a rank correlation would rank that ripple.
    static let smallestRange: Float = 1e-5

    private let truth: [Float]
    private let ranking: Ranking
    private let resize: BilinearResize
    private let outputSide: Int
    private let mapsKept: Int
    private let rings: [Ring]
    private var tests: [TestScores] = []
    /// The predictions that are kept, the first ones of each test set.
    private(set) var maps: [TrialOutcome.Map] = []

    /// What one prediction scores.
    struct Score: Sendable {
        /// Nil where the prediction is constant.
        let correlation: Double?
        let error: Double
        /// The same on each ring around the border.
        let rings: [Score]
    }

    /// Part of the target.
    private struct Ring: Sendable {
        let suffix: String
        let pixels: [Int]
        let truth: [Float]
        let ranking: Ranking
    }

    /// Sums over the images of a test set.
    private struct Sums: Sendable {
        var images = 0
        var defined = 0
        var correlation = 0.0
        var error = 0.0

        mutating func add(_ score: Score) {
            images += 1
            error += score.error
            guard let correlation = score.correlation else { return }
            defined += 1
            self.correlation += correlation
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
        truth = trial.target.values(side: targetSide, stripes: trial.stripes)
        ranking = Ranking(truth)
        resize = BilinearResize(from: readout.outputSide, to: targetSide)
        let (whole, borders) = (truth, BorderRings(count: rings, side: targetSide))
        self.rings = borders.ranges.indices.map { ring in
            let pixels = borders.pixels(of: ring)
            let truth = pixels.map { whole[$0] }
            return Ring(
                suffix: borders.name(of: "", ring: ring), pixels: pixels, truth: truth, ranking: Ranking(truth))
        }
    }

    /// What one prediction scores.
    func score(_ map: [Float]) -> Score {
        let prediction = resize(map)
        let parts = rings.map { ring in
            Self.score(ring.pixels.map { prediction[$0] }, truth: ring.truth, ranking: ring.ranking, rings: [])
        }
        return Self.score(prediction, truth: truth, ranking: ranking, rings: parts)
    }

    private static func score(_ prediction: [Float], truth: [Float], ranking: Ranking, rings: [Score]) -> Score {
        let range = (prediction.max() ?? 0) - (prediction.min() ?? 0)
        let correlation = range < smallestRange ? nil : spearmanCorrelation(of: prediction, and: ranking)
        return Score(correlation: correlation, error: meanAbsoluteError(of: prediction, and: truth), rings: rings)
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

    /// The figures of each test set: SPC and MAE of the whole map, then of each ring from the border to the centre.
    var metrics: [TrialOutcome.Metric] {
        tests.flatMap { test in
            metrics(test.whole, suffix: "", of: test.name)
                + zip(test.rings, rings).flatMap { metrics($0, suffix: $1.suffix, of: test.name) }
        }
    }

    private func metrics(_ sums: Sums, suffix: String, of testSet: String) -> [TrialOutcome.Metric] {
        [
            TrialOutcome.Metric(
                testSet: testSet, name: "SPC\(suffix)",
                value: sums.defined > 0 ? sums.correlation / Double(sums.defined) : nil,
                images: sums.images, undefined: sums.images - sums.defined),
            TrialOutcome.Metric(
                testSet: testSet, name: "MAE\(suffix)",
                value: sums.images > 0 ? sums.error / Double(sums.images) : nil,
                images: sums.images, undefined: 0),
        ]
    }
}
