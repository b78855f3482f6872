/// What a task costs on one core, roughly: for progress bars and `posweep plan`, within a factor of two or so.
///
/// The rates were measured on one core of the machine named in Benchmarks/README.md.
package struct ExperimentCost: Sendable {
    /// Decoding an image and passing it through the encoder.
    package let secondsPerImage: Double
    /// All epochs of all trials on one training image.
    package let secondsPerTrainedImage: Double
    /// Scoring all trials on one test image.
    package let secondsPerScore: Double

    /// The cost of trials that share an encoder pass.
    package init(_ trials: [TrialSettings]) {
        let isRaw = trials.first?.encoder.name == EncoderName.none
        secondsPerImage = isRaw ? 0.003 : 0.12
        let secondsPerColumn = isRaw ? 2e-6 : 4e-5
        secondsPerTrainedImage = trials.reduce(0) { sum, trial in
            let columns = Double(trial.posenet.kernel * trial.posenet.kernel)
            return sum + Double(trial.fit.epochs) * (columns * secondsPerColumn + 1e-4)
        }
        secondsPerScore = Double(trials.count) * 0.006
    }

    /// The whole task on one core, in seconds.
    package func seconds(train: Int, test: Int) -> Double {
        Double(train) * (secondsPerImage + secondsPerTrainedImage) + Double(test) * (secondsPerImage + secondsPerScore)
    }
}
