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
    private var tests: [TestScores] = []
    /// The predictions that are kept, the first ones of each test set.
    private(set) var maps: [TrialOutcome.Map] = []

    private struct TestScores: Sendable {
        let name: String
        var images = 0
        var defined = 0
        var correlation = 0.0
        var error = 0.0
    }

    init(_ trial: TrialSettings, readout: PosENet, targetSide: Int, mapsKept: Int) {
        self.mapsKept = mapsKept
        outputSide = readout.outputSide
        truth = trial.target.values(side: targetSide, stripes: trial.stripes)
        ranking = Ranking(truth)
        resize = BilinearResize(from: readout.outputSide, to: targetSide)
    }

    /// What one prediction scores.
    func score(_ map: [Float]) -> (correlation: Double?, error: Double) {
        let prediction = resize(map)
        let range = (prediction.max() ?? 0) - (prediction.min() ?? 0)
        let correlation = range < Self.smallestRange ? nil : spearmanCorrelation(of: prediction, and: ranking)
        return (correlation, meanAbsoluteError(of: prediction, and: truth))
    }

    mutating func beginTest(_ name: String) {
        tests.append(TestScores(name: name))
    }

    /// Takes one image into the means of the test set that was begun last.
    mutating func add(_ score: (correlation: Double?, error: Double), image: Int, name: String, map: [Float]) {
        guard var test = tests.popLast() else { return }
        if test.images < mapsKept {
            maps.append(
                TrialOutcome.Map(
                    testSet: test.name, image: image, imageName: name, height: outputSide, width: outputSide,
                    values: map))
        }
        test.images += 1
        test.error += score.error
        if let correlation = score.correlation {
            test.defined += 1
            test.correlation += correlation
        }
        tests.append(test)
    }

    var metrics: [TrialOutcome.Metric] {
        tests.flatMap { test in
            [
                TrialOutcome.Metric(
                    testSet: test.name, name: "SPC",
                    value: test.defined > 0 ? test.correlation / Double(test.defined) : nil,
                    images: test.images, undefined: test.images - test.defined),
                TrialOutcome.Metric(
                    testSet: test.name, name: "MAE",
                    value: test.images > 0 ? test.error / Double(test.images) : nil,
                    images: test.images, undefined: 0),
            ]
        }
    }
}
