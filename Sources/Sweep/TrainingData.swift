package import Experiments

/// The labelled images of a sweep; all encoders that it trains for one task read the same.
package struct TrainingData: Hashable, Sendable {
    /// Side of the images and of the maps that the loss is taken on, in pixels.
    package var size = 224
    /// How many classes the masks of folders have, the background among them; nil for the built-in images.
    package var classes: Int?
    package var train: LabelledSource
    /// What the learning curve is scored on.
    package var validation: LabelledSource?
    package var test: [TrainingSpecification.TestSet]

    /// All its sources, by the key under which each stands in a sweep file.
    var sources: [(key: [String], source: LabelledSource)] {
        [(["train"], train)] + [validation].compactMap(\.self).map { (["validation"], $0) }
            + test.map { (["test", $0.name], $0.source) }
    }

    /// The training that a trial asks for.
    ///
    /// - Parameter settings: The trial's; what its training depends on is the encoder with its padding, the goal, the schedule and the seed.
    /// - Returns: The specification; nil for a trial that trains nothing.
    package func specification(of settings: TrialSettings) -> TrainingSpecification? {
        guard let goal = settings.experiment.goal else { return nil }
        var specification = TrainingSpecification(
            goal, encoder: settings.encoder, size: size, images: 1, seed: settings.seed)
        specification.classes = goal == .saliency ? 1 : classes ?? goal.drawnClasses
        specification.fit = settings.training
        (specification.train, specification.validation, specification.test) = (train, validation, test)
        return specification
    }

    /// The same images, known by their content.
    func listed(in contents: [ContentSource: ContentDigest]) -> TrainingData {
        replacing { $0.listed(in: contents) }
    }

    /// The data with at most so many images in each set.
    func limited(to limit: Int) -> TrainingData {
        var data = replacing { $0.limited(to: limit) }
        func limited(_ source: LabelledSource) -> LabelledSource {
            if case .drawn(let count, let seed) = source {
                .drawn(count: min(count, limit), seed: seed)
            } else {
                source
            }
        }
        (data.train, data.validation) = (limited(data.train), data.validation.map(limited))
        data.test = data.test.map { TrainingSpecification.TestSet(name: $0.name, source: limited($0.source)) }
        return data
    }

    /// The same with other images; masks that have no image are no trouble, so that they are always all there.
    private func replacing(_ replacement: (ImageSource) -> ImageSource) -> TrainingData {
        func replaced(_ source: LabelledSource) -> LabelledSource {
            guard case .masked(let images, let masks) = source else { return source }
            return .masked(images: replacement(images), masks: replacement(masks))
        }
        var data = self
        (data.train, data.validation) = (replaced(train), validation.map(replaced))
        data.test = test.map { TrainingSpecification.TestSet(name: $0.name, source: replaced($0.source)) }
        return data
    }
}

extension [TrainingGoal: TrainingData] {
    /// The training that a trial asks for; nil for a trial that trains nothing, or has nothing to learn from.
    func specification(of settings: TrialSettings) -> TrainingSpecification? {
        settings.experiment.goal.flatMap { self[$0] }?.specification(of: settings)
    }
}
