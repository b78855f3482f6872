/// Where images come from whose answer is known, for training an encoder.
package enum LabelledSource: Hashable, Codable, Sendable {
    /// Images and masks of the same stem: `cat.jpg` and `cat.png`. There may be more masks than images.
    case masked(images: ImageSource, masks: ImageSource)
    /// The built-in images of a goal, drawn from a seed.
    case drawn(count: Int, seed: Int)

    /// What has to be read from a disk for it.
    package var contents: [ContentSource] { images.compactMap(\.content) }

    /// How many images there are, where no folder has to be looked into.
    package var knownCount: Int? {
        if case .drawn(let count, _) = self { count } else { nil }
    }

    /// The sources of its images and masks.
    package var images: [ImageSource] {
        switch self {
        case .masked(let images, let masks): [images, masks]
        case .drawn: []
        }
    }
}

/// What an encoder is trained for.
package enum TrainingGoal: String, CaseIterable, Codable, Sendable {
    /// Which pixels belong to what stands out: VGG-SOD in the paper.
    case saliency
    /// What each pixel shows: VGG-SS in the paper.
    case segmentation
    /// What the whole image shows.
    case classification

    /// How many classes the built-in images have; saliency has one map.
    package var drawnClasses: Int {
        switch self {
        case .saliency: 1
        case .segmentation: SceneShape.allCases.count + 1
        case .classification: SceneTexture.Kind.allCases.count
        }
    }
}
