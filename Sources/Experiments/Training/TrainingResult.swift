import Crypto
import Foundation

/// What is known of a finished training, as it stands in `result.json`.
///
/// The same training gives the same bytes on one kind of CPU, however often it was interrupted: no time is in it.
package struct TrainingResult: Hashable, Codable, Sendable {
    /// A figure over the images of one test set.
    package struct Figure: Hashable, Codable, Sendable {
        package let test: String
        package let metric: String
        /// The mean over the images for which it is defined; nil where there is none.
        package let value: Double?
        package let images: Int
        /// For how many images it is not defined.
        package let undefined: Int
    }

    /// Who trained, and what.
    package struct Provenance: Hashable, Codable, Sendable {
        /// The program's version.
        package let program: String
        /// The digest of the specification.
        package let training: String
        /// The SHA-256 of `encoder.safetensors`.
        package let encoder: String
        /// The generator and the seed that drew the initial weights.
        package let weights: String
        /// SHA-256 over what the training and test images are.
        package let data: String
        package let processor: String
    }

    /// The identifier that the training has as a trial of a sweep.
    package let trial: String
    package let figures: [Figure]
    package let specification: TrainingSpecification
    package let provenance: Provenance

    /// - Parameters:
    ///   - outcome: What came out.
    ///   - task: What was trained.
    ///   - program: The version of the program.
    ///   - processor: The name of the CPU.
    init(_ outcome: TrainingOutcome, of task: TrainingTask, program: String, processor: String) {
        trial = task.trial
        figures = outcome.metrics.map { metric in
            Figure(
                test: metric.testSet, metric: metric.name, value: metric.value, images: metric.images,
                undefined: metric.undefined)
        }
        specification = task.specification
        provenance = Provenance(
            program: program, training: task.specification.digest,
            encoder: hexadecimal(SHA256.hash(data: outcome.encoder)), weights: outcome.weights, data: outcome.data,
            processor: processor)
    }

    /// The result as JSON with sorted keys.
    func file() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }
}

extension [TrainingEpoch] {
    /// The learning curve as comma-separated values.
    ///
    /// - Parameter goal: Whose figures were taken on the validation images.
    /// - Returns: A header, and a line for each epoch; a figure that is not defined is left empty.
    package func commaSeparated(_ goal: TrainingGoal) -> String {
        let validates = first?.validation.isEmpty == false
        let header = ["epoch", "loss"] + (validates ? goal.metrics : [])
        let lines = map { epoch in
            ["\(epoch.number)", "\(epoch.loss)"] + epoch.validation.map { $0.isNaN ? "" : "\($0)" }
        }
        return ([header] + lines).map { $0.joined(separator: ",") + "\n" }.joined()
    }
}
