/// What one training of an encoder depends on: the same specification gives the same weights, bit for bit on one kind of CPU.
package struct TrainingSpecification: Hashable, Codable, Sendable {
    /// A named set of labelled images that the trained network is scored on.
    package struct TestSet: Hashable, Codable, Sendable {
        package let name: String
        package let source: LabelledSource

        package init(name: String, source: LabelledSource) {
            (self.name, self.source) = (name, source)
        }
    }

    package var goal: TrainingGoal
    /// The network and its padding; its stages and its seed count for nothing.
    package var encoder: EncoderSettings
    /// How many classes masks have, the background among them; for saliency 1.
    package var classes: Int
    /// Side of the images and of the maps that the loss is taken on, in pixels.
    package var size: Int
    package var fit: FitSettings
    /// Draws the initial weights, and with `fit.orderSeed` the order of the images.
    ///
    /// The encoder begins with the weights that an untrained one of this seed has.
    package var seed: Int
    package var train: LabelledSource
    /// What the network is scored on behind each epoch, for the learning curve alone; nil for the first test set.
    package var validation: LabelledSource?
    package var test: [TestSet]

    /// A specification with the goal's built-in images for training, validation and test.
    package init(_ goal: TrainingGoal, encoder: EncoderSettings, size: Int, images: Int, seed: Int = 1) {
        self.goal = goal
        self.encoder = encoder
        classes = goal.drawnClasses
        self.size = size
        fit = FitSettings()
        self.seed = seed
        train = .drawn(count: images, seed: 1)
        validation = .drawn(count: max(1, images / 10), seed: 2)
        test = [TestSet(name: "drawn", source: .drawn(count: max(1, images / 4), seed: 3))]
    }

    /// The digests of the lists of its images and masks: what has to be on a host that runs it, with the images of the lists.
    package var lists: Set<ContentDigest> {
        let sources = [train] + [validation].compactMap(\.self) + test.map(\.source)
        return Set(sources.flatMap(\.images).compactMap { if case .list(let digest) = $0 { digest } else { nil } })
    }

    /// What the learning curve's figures are of: at most ``mostValidated`` images of it.
    var validated: LabelledSource? { validation ?? test.first?.source }

    /// The most images that are scored behind each epoch.
    package static let mostValidated = 256

    /// How many steps an epoch has for so many training images.
    func steps(images: Int) -> Int { (images + fit.batch - 1) / fit.batch }

    /// The training images in the order in which an epoch, counted from 0, takes them.
    func order(of images: Int, epoch: Int) -> [Int] {
        var stream = RandomStream(seed: seed, name: "training.order.\(fit.orderSeed).\(epoch)")
        return stream.shuffled(Array(0..<images))
    }

    /// - Throws: `ExperimentError` where the encoder cannot be trained or a figure makes no sense.
    package func check() throws(ExperimentError) {
        guard encoder.name.architecture.trainableBlocks != nil else { throw .notTrainable(encoder.name) }
        func check(_ what: String, _ value: Int, _ range: ClosedRange<Int>) throws(ExperimentError) {
            guard range.contains(value) else { throw .trainingSetting(what, value, range) }
        }
        try check("classes", classes, goal == .saliency ? 1...1 : 2...255)
        try check("size", size, 1...Self.largestSide)
        if let smallest = encoder.name.smallestSide(padding: encoder.padding), size < smallest {
            throw .trainingImagesTooSmall(encoder.name, encoder.padding, side: size, smallest: smallest)
        }
        try check("fit.epochs", fit.epochs, 1...10_000)
        try check("fit.batch", fit.batch, 1...4_096)
        for source in [train, validation].compactMap(\.self) + test.map(\.source) {
            switch source {
            case .drawn(let count, _):
                try check("the number of images", count, 1...Self.mostDrawn)
                guard classes == goal.drawnClasses else {
                    throw .trainingSetting("classes", classes, goal.drawnClasses...goal.drawnClasses)
                }
            case .masked: guard goal != .classification else { throw .noClassFolders }
            }
        }
    }

    private static let largestSide = 4_096
    private static let mostDrawn = 1_000_000
}
