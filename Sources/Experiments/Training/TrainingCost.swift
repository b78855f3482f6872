/// What a training costs on one core, roughly: for progress bars and planning, within a factor of two or so.
///
/// The rates were measured on one core of the machine named in Benchmarks/README.md.
package struct TrainingCost: Hashable, Sendable {
    /// A training image in one epoch: forward, back, and its share of the step.
    package let secondsPerTrainedImage: Double
    /// Decoding an image that is only scored, and taking it through the network.
    package let secondsPerScore: Double
    private let epochs: Int

    package init(_ specification: TrainingSpecification) {
        let layers = specification.encoder.name.layersAtWork(imageSide: specification.size)
        let operations = Double(layers.reduce(0) { $0 + $1.operations })
        let pixels = Double(specification.size * specification.size)
        // Both gradients of a convolution take as much as the convolution; the rest goes with the pixels.
        secondsPerTrainedImage = 3 * operations / Self.operationsPerSecond + pixels * Self.secondsPerTrainedPixel
        secondsPerScore = operations / Self.operationsPerSecond + pixels * Self.secondsPerScoredPixel
        epochs = specification.fit.epochs
    }

    /// Of direct convolutions; Winograd's algorithm does with fewer.
    private static let operationsPerSecond = 1.5e11
    /// Batch norms, rectifiers, pools, the readout and the loss.
    private static let secondsPerTrainedPixel = 1e-6
    private static let secondsPerScoredPixel = 4e-7

    /// The whole training on one core, in seconds.
    ///
    /// - Parameters:
    ///   - train: How many training images there are.
    ///   - validation: How many images are scored behind each epoch.
    ///   - test: How many test images there are.
    /// - Returns: Without what it takes to begin.
    package func seconds(train: Int, validation: Int, test: Int) -> Double {
        Double(epochs * train) * secondsPerTrainedImage + Double(epochs * validation + test) * secondsPerScore
    }

    /// The same where a folder says how many images there are, which is guessed.
    package static func seconds(_ training: TrainingSpecification) -> Double {
        func count(_ source: LabelledSource?) -> Int { source.map { $0.knownCount ?? 1_000 } ?? 0 }
        return TrainingCost(training).seconds(
            train: count(training.train),
            validation: min(count(training.validated), TrainingSpecification.mostValidated),
            test: training.test.reduce(0) { $0 + count($1.source) })
    }
}
