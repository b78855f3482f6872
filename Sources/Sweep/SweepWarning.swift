import Experiments

/// Something in a sweep that is allowed and seldom meant.
package enum SweepWarning: Hashable, Sendable {
    /// An epoch is a single step, so the readout hardly learns.
    case fewTrainingImages(Int, batch: Int)
    /// A test set that starts with the images that are trained on.
    case testsOnTrainingImages(testSet: String)
    /// Seeded encoders have no bias, so every feature of a black image is zero, unless the image is normalised.
    case blackToSeededEncoder(testSet: String)
}

extension SweepWarning {
    /// Every warning of a sweep, in the order of its file.
    static func all(in sweep: SweepDefinition) -> [SweepWarning] {
        guard let data = sweep.data else { return [] }
        var warnings: [SweepWarning] = []
        let positions = sweep.trials.lazy.filter { $0.settings.experiment == .position }
        let batch = positions.map(\.settings.fit.batch).max() ?? 1
        if let count = data.train.mostImages, count < batch {
            warnings.append(.fewTrainingImages(count, batch: batch))
        }
        let readsBlackAsZero = positions.contains { trial in
            let encoder = trial.settings.encoder
            let isSeeded = encoder.name != .none && encoder.from == .none && trial.weights == nil
            return isSeeded && encoder.normalise == .none
        }
        for test in data.test {
            if test.source.sharesImages(with: data.train) {
                warnings.append(.testsOnTrainingImages(testSet: test.name))
            }
            if readsBlackAsZero, test.source == .constant(0) {
                warnings.append(.blackToSeededEncoder(testSet: test.name))
            }
        }
        return warnings
    }
}

extension SweepWarning: CustomStringConvertible {
    package var description: String {
        switch self {
        case .fewTrainingImages(let count, let batch):
            "data.train has \(count) image\(count == 1 ? "" : "s") and fit.batch is \(batch), so an epoch is one step"
                + " — use more images or a smaller batch"
        case .testsOnTrainingImages(let testSet):
            "data.test.\(testSet) has the images of data.train — use another folder or seed"
        case .blackToSeededEncoder(let testSet):
            "data.test.\(testSet) is zero to a seeded encoder, which then has no features"
                + " — write encoder: {normalise: imagenet}"
        }
    }
}

extension ImageSource {
    /// How many images there are at most; nil where only the folder knows.
    fileprivate var mostImages: Int? {
        if case .folder(_, let limit) = self { limit } else { knownCount }
    }

    /// Whether the shorter of the two sources is the beginning of the other.
    fileprivate func sharesImages(with other: ImageSource) -> Bool {
        switch (self, other) {
        case (.folder(let one, _), .folder(let another, _)): one == another
        case (.constant(let one), .constant(let another)): one == another
        case (.noise(let kind, _, let seed), .noise(let otherKind, _, let otherSeed)):
            (kind, seed) == (otherKind, otherSeed)
        case (.leaves(_, let seed), .leaves(_, let otherSeed)): seed == otherSeed
        default: false
        }
    }
}
