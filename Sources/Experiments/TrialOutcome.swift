/// What came out of one trial.
package struct TrialOutcome: Hashable, Sendable {
    /// A figure over the images of one test set.
    package struct Metric: Hashable, Sendable {
        package let testSet: String
        package let name: String
        /// The mean over the images for which the metric is defined; nil where there is none.
        package let value: Double?
        package let images: Int
        /// For how many images the metric is not defined, as SPC is not for a constant prediction.
        package let undefined: Int
    }

    /// The position map predicted for one test image, at the readout's own resolution.
    package struct Map: Hashable, Sendable {
        package let testSet: String
        /// The image's number in its test set, from 0.
        package let image: Int
        package let imageName: String
        package let height: Int
        package let width: Int
        /// Row by row.
        package let values: [Float]
    }

    /// An image that could not be used, and why.
    package struct Skipped: Hashable, Sendable {
        /// The test set's name, or "train".
        package let set: String
        package let image: String
        package let cause: String
    }

    package let metrics: [Metric]
    package let maps: [Map]
    package let skipped: [Skipped]
    /// SHA-256 of the weights file, or the generator and seed that drew the weights.
    package let weights: String
    /// SHA-256 over the training and test images as they were decoded.
    package let data: String
    /// The trial's share of the task's wall time, in seconds.
    package let seconds: Double
}
