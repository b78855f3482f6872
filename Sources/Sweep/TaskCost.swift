import Experiments

/// What a task takes on one core, in seconds: what its trials share, and what each adds.
struct TaskCost: Hashable {
    /// Passing all images through the encoder, which every part of a split task does anew.
    let extraction: Double
    /// Fitting and scoring each trial.
    let fits: [Double]

    init(extraction: Double, fits: [Double]) {
        (self.extraction, self.fits) = (extraction, fits)
    }

    init(_ trials: some Collection<TrialSettings>, data: SweepData) {
        let train = Double(data.train.countOrGuess)
        let test = Double(data.test.reduce(0) { $0 + $1.source.countOrGuess })
        extraction = (train + test) * ExperimentCost(Array(trials.prefix(1))).secondsPerImage
        fits = trials.map { trial in
            let cost = ExperimentCost([trial])
            return train * cost.secondsPerTrainedImage + test * cost.secondsPerScore
        }
    }

    /// How long it takes where its fits are shared out among as many workers.
    func seconds(parts: Int) -> Double {
        extraction + fits.reduce(0, +) / Double(parts)
    }
}

extension ImageSource {
    /// How many images there are, or a guess: a plan must not depend on what is in a folder of this host.
    var countOrGuess: Int {
        if case .folder(_, let limit) = self { limit ?? 1_000 } else { knownCount ?? 1 }
    }
}
