import ConvEngine

/// The features of all usable images of a set, in memory or mapped from a file.
package struct FeatureSet: Sendable {
    /// Those of each usable image.
    package let images: [FeatureMaps]
    /// Each usable image's number in its set.
    package let numbers: [Int]
    /// The images that could not be used.
    package let skipped: [TrialOutcome.Skipped]
    /// SHA-256 over the pixels of all usable images.
    package let digest: [UInt8]

    /// What the features take, in bytes.
    var bytes: Int { images.reduce(0) { $0 + $1.layout.count * MemoryLayout<Float>.stride } }
}
