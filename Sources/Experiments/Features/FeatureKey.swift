import ConvEngine
import Crypto
import Foundation

/// What decides the features of a set of images, so that the same ones are found again under the same name.
package struct FeatureKey: Hashable, Sendable {
    /// Everything but the stages, in words.
    let subject: String
    /// The numbers of the stages that are stacked, ascending.
    let stages: [Int]

    /// - Parameters:
    ///   - encoder: The encoder, its padding, what is done to images, and the stages.
    ///   - weights: Where its weights come from: a file's digest, or the generator and seed.
    ///   - images: What the images are: ``ImageSet/contentDigest(team:)``.
    ///   - imageSide: The side that the images are brought to.
    ///   - side: The side of the features.
    package init(encoder: EncoderSettings, weights: String, images: String, imageSide: Int, side: Int) {
        stages = encoder.readStages
        subject = [
            "posweep features 3", "encoder \(encoder.name.rawValue)", "padding \(encoder.padding.rawValue)",
            "normalise \(encoder.normalise.rawValue)", "weights \(weights)", "images \(images)",
            "image side \(imageSide)", "side \(side)",
            // The plain kernels round each product, the others only sums.
            "kernels \(Processor.isFast ? "fused" : "plain")",
        ].joined(separator: "\n")
    }

    init(subject: String, stages: [Int]) {
        self.subject = subject
        self.stages = stages
    }

    static let suffix = "features"

    /// The name of the file that holds the features: the subject's hash and the stages.
    var fileName: String {
        "\(filePrefix)\(stages.map(String.init).joined(separator: ".")).\(Self.suffix)"
    }

    /// What the names of all files of this subject begin with.
    var filePrefix: String { hexadecimal(SHA256.hash(data: Data(subject.utf8)).prefix(16)) + "-" }
}
