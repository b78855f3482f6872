package import Experiments

/// How fast hosts compute, all of them alike, and how fast their coordinator hands out files.
package struct ScaleRates: Hashable, Sendable {
    /// Images a second through each encoder, all threads of a host together.
    package let images: [EncoderName: Double]
    /// How many times as fast as ``ExperimentCost`` says of one core a host decodes, fits and scores.
    package let fits: Double
    /// Bytes a second of the coordinator's link.
    package let link: Double

    package init(images: [EncoderName: Double], fits: Double, link: Double) {
        (self.images, self.fits, self.link) = (images, fits, link)
    }

    /// Decoding an image and taking it through an encoder, in seconds of a host.
    func secondsPerImage(_ trial: TrialSettings) -> Double {
        let name = trial.encoder.name
        let oneCore = ExperimentCost([trial]).secondsPerImage
        guard let rate = images[name] else { return oneCore / fits }
        var raw = trial
        raw.encoder.name = .none
        return ExperimentCost([raw]).secondsPerImage / fits + 1 / rate
    }

    func secondsOfFit(_ trial: TrialSettings, train: Int, test: Int) -> Double {
        let cost = ExperimentCost([trial])
        return (Double(train) * cost.secondsPerTrainedImage + Double(test) * cost.secondsPerScore) / fits
    }
}
