/// What a worker found out in one trial.
package struct TrialResult: Hashable, Sendable {
    /// A figure over the images of one test set.
    package struct Metric: Hashable, Sendable {
        package let testSet: String
        /// "SPC" or "MAE".
        package let name: String
        /// The mean over the images for which the metric is defined; nil where there is none.
        package let value: Double?
        /// How many images were scored.
        package let images: Int
        /// For how many of them the metric is not defined, as SPC is not for a constant prediction.
        package let undefined: Int

        package init(testSet: String, name: String, value: Double?, images: Int, undefined: Int) {
            self.testSet = testSet
            self.name = name
            self.value = value
            self.images = images
            self.undefined = undefined
        }
    }

    /// The position map predicted for one test image, at the readout's own resolution.
    package struct Map: Hashable, Sendable {
        package let testSet: String
        /// The image's number in its test set, from 0.
        package let image: Int
        /// The image's file name, or what stands for it.
        package let imageName: String
        package let height: Int
        package let width: Int
        /// Row by row, `height · width` values.
        package let values: [Float]

        package init(testSet: String, image: Int, imageName: String, height: Int, width: Int, values: [Float]) {
            self.testSet = testSet
            self.image = image
            self.imageName = imageName
            self.height = height
            self.width = width
            self.values = values
        }
    }

    /// An image that was left out, and why.
    package struct SkippedImage: Hashable, Sendable {
        /// The test set's name, or "train".
        package let set: String
        package let image: String
        package let cause: String

        package init(set: String, image: String, cause: String) {
            self.set = set
            self.image = image
            self.cause = cause
        }
    }

    /// Where the figures come from.
    package struct Provenance: Hashable, Sendable {
        package let programVersion: String
        package let host: String
        package let processor: String
        /// The BLAS library and the kernel that it chose.
        package let blas: String
        /// SHA-256 of the weights file in hexadecimal digits, or the name of the generator and its seed.
        package let weights: String
        /// SHA-256 over the training and test images as they were decoded, in hexadecimal digits.
        package let data: String
        /// Wall time of the trial's share of its task, in seconds.
        package let seconds: Double

        package init(
            programVersion: String, host: String, processor: String, blas: String, weights: String, data: String,
            seconds: Double
        ) {
            self.programVersion = programVersion
            self.host = host
            self.processor = processor
            self.blas = blas
            self.weights = weights
            self.data = data
            self.seconds = seconds
        }
    }

    package let metrics: [Metric]
    package let maps: [Map]
    package let skipped: [SkippedImage]
    package let provenance: Provenance
    /// The file that it has made beside; nil for trials that make none.
    package let artifact: TrialArtifact?
    /// How the training went, where it was one.
    package let curve: LearningCurve?

    package init(
        metrics: [Metric], maps: [Map], skipped: [SkippedImage], provenance: Provenance,
        artifact: TrialArtifact? = nil, curve: LearningCurve? = nil
    ) {
        self.metrics = metrics
        self.maps = maps
        self.skipped = skipped
        self.provenance = provenance
        self.curve = curve
        self.artifact = artifact
    }

    /// The same result with other maps.
    func with(maps: [Map]) -> TrialResult {
        TrialResult(
            metrics: metrics, maps: maps, skipped: skipped, provenance: provenance, artifact: artifact, curve: curve)
    }
}
