/// What a task costs on one core, roughly: for progress bars, planning and `posweep plan`, within a factor of two or so.
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
        secondsPerImage = 0.003 + (trials.first?.encoder.name.architecture.secondsPerPass ?? 0)
        secondsPerTrainedImage = trials.reduce(0) { sum, trial in
            let columns = Double(trial.posenet.kernel * trial.posenet.kernel)
            let lastLayer = columns * Self.secondsPerChannel * Double(trial.inputChannels) + 1e-4
            return sum + Double(trial.fit.epochs) * (lastLayer + trial.hiddenProducts * Self.secondsPerProduct)
        }
        secondsPerScore = trials.reduce(0) { sum, trial in
            // Training takes a hidden layer's products about three times: forward, and for both gradients.
            sum + 0.006 + trial.hiddenProducts * Self.secondsPerProduct / 3
        }
    }

    /// The last layer's time for each input channel and kernel element, with its share of reading the features.
    private static let secondsPerChannel = 2.7e-8
    /// A product of a hidden layer and its weight, when training.
    private static let secondsPerProduct = 5e-11

    /// The whole task on one core, in seconds.
    package func seconds(train: Int, test: Int) -> Double {
        Double(train) * (secondsPerImage + secondsPerTrainedImage) + Double(test) * (secondsPerImage + secondsPerScore)
    }
}

extension TrialSettings {
    fileprivate var inputChannels: Int { encoder.name.channels(of: encoder.readStages) }

    /// The products of input values and weights in all hidden layers, for one image.
    fileprivate var hiddenProducts: Double {
        guard posenet.layers > 1 else { return 0 }
        let hidden = Double(posenet.hidden ?? inputChannels)
        let columns = Double(posenet.kernel * posenet.kernel)
        let positions = Double(FeatureExtractor.paperSide * FeatureExtractor.paperSide)
        return columns * positions * hidden * (Double(inputChannels) + Double(posenet.layers - 2) * hidden)
    }
}
