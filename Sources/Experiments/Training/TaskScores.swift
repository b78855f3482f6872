import ConvEngine

/// The figures of a trained network on one set of images.
///
/// * Saliency: `Fm` at the adaptive threshold, `Fm max` over 256 thresholds, `MAE`; means over the images.
/// * Segmentation: `mIoU` and `accuracy` over all pixels of the set.
/// * Classification: `accuracy`.
struct TaskScores: Sendable {
    private let goal: TrainingGoal
    private var images = 0
    private var withMask = 0
    private var adaptive = 0.0
    private var curve = [Double](repeating: 0, count: 256)
    private var error = 0.0
    private var confusion: ConfusionMatrix

    init(_ goal: TrainingGoal, classes: Int) {
        self.goal = goal
        confusion = ConfusionMatrix(classes: max(classes, 2))
    }

    /// What one image scores.
    enum Score: Sendable {
        case saliency(adaptive: Double?, curve: [Double]?, error: Double)
        case classes(ConfusionMatrix)
    }

    /// The score of an image's logits.
    static func score(_ logits: Tensor, labels: [UInt8]) -> Score {
        guard logits.shape.channels == 1 else {
            var confusion = ConfusionMatrix(classes: logits.shape.channels)
            confusion.add(prediction: CrossEntropy.classes(logits), truth: labels)
            return .classes(confusion)
        }
        let map = CrossEntropy.saliency(logits)
        let mask = labels.map { $0 != 0 }
        return .saliency(
            adaptive: FMeasure.adaptive(map, mask: mask), curve: FMeasure.curve(map, mask: mask),
            error: meanAbsoluteError(of: map, and: mask.map { $0 ? 1 : 0 }))
    }

    mutating func add(_ score: Score) {
        images += 1
        switch score {
        case .classes(let confusion): self.confusion.add(confusion)
        case .saliency(let adaptive, let curve, let error):
            self.error += error
            guard let adaptive, let curve else { return }
            withMask += 1
            self.adaptive += adaptive
            for level in curve.indices { self.curve[level] += curve[level] }
        }
    }

    /// The names of a goal's figures, in their order.
    static func names(of goal: TrainingGoal) -> [String] {
        switch goal {
        case .saliency: ["Fm", "Fm max", "MAE"]
        case .segmentation: ["mIoU", "accuracy"]
        case .classification: ["accuracy"]
        }
    }

    /// The figures in the order of their names; nil for one that is not defined.
    var values: [Double?] {
        switch goal {
        case .saliency:
            let best = curve.max() ?? 0
            func mean(_ sum: Double, of count: Int) -> Double? { count > 0 ? sum / Double(count) : nil }
            return [mean(adaptive, of: withMask), mean(best, of: withMask), mean(error, of: images)]
        case .segmentation: return [confusion.meanIntersectionOverUnion, confusion.accuracy]
        case .classification: return [confusion.accuracy]
        }
    }

    /// The figures as rows of a results table.
    func metrics(testSet: String) -> [TrialOutcome.Metric] {
        zip(Self.names(of: goal), values).map { name, value in
            TrialOutcome.Metric(
                testSet: testSet, name: name, value: value, images: images,
                undefined: goal == .saliency && name != "MAE" ? images - withMask : 0)
        }
    }
}
