import Experiments

/// A sweep as a plan for many hosts sees it: encoder passes over images, and fits on what comes out of them.
package struct ScaleSweep: Hashable, Sendable {
    /// How many images there are, and how large.
    package struct Images: Hashable, Sendable {
        let train: Int
        let test: Int
        /// The bytes of all image files that a host has to have; 0 where they are drawn.
        let bytes: Int

        package init(train: Int, test: Int, bytes: Int) {
            (self.train, self.test, self.bytes) = (train, test, bytes)
        }

        var all: Int { train + test }
    }

    /// Trials that one pass of the images through one encoder serves.
    struct Group: Hashable, Sendable {
        let pass: Pass
        /// Seconds of one host.
        let extraction: Double
        let fits: [Double]
        /// What a host that has made the pass keeps of it, in bytes.
        let featureBytes: Int
    }

    /// What decides the features, so that two sweeps may share them.
    struct Pass: Hashable, Sendable {
        let encoder: EncoderSettings
        let weights: String?
        let train: ImageSource
        let test: [ImageSource]
        let weightsBytes: Int
    }

    package let name: String
    let images: Images
    let sources: [ImageSource]
    let groups: [Group]
    /// The seconds that each training of an encoder takes.
    let trainings: [Double]

    /// - Parameters:
    ///   - sweep: The sweep, planned for one worker.
    ///   - images: How many there are.
    ///   - seededWeightsAreFiles: Whether seeded weights stand for files that have to be fetched.
    ///   - rates: How fast hosts are.
    package init(
        _ sweep: SweepDefinition, images: Images, seededWeightsAreFiles: Bool, rates: ScaleRates
    ) {
        name = sweep.name
        self.images = images
        let data = sweep.data
        sources = data.map { [$0.train] + $0.test.map(\.source) } ?? []
        var order: [Pass] = []
        var trials: [Pass: [TrialSettings]] = [:]
        for trial in sweep.trials where trial.settings.experiment == .position {
            guard let data else { continue }
            let encoder = trial.settings.encoder.pass
            let isFile = encoder.name != .none && (trial.weights != nil || seededWeightsAreFiles)
            let pass = Pass(
                encoder: encoder, weights: trial.weights, train: data.train, test: data.test.map(\.source),
                weightsBytes: isFile ? encoder.name.weightsBytes : 0)
            if trials[pass] == nil { order.append(pass) }
            trials[pass, default: []].append(trial.settings)
        }
        groups = order.map { pass in
            let members = trials[pass] ?? []
            let stages = Set(members.flatMap(\.encoder.readStages)).sorted()
            return Group(
                pass: pass,
                extraction: members.first.map { Double(images.all) * rates.secondsPerImage($0) } ?? 0,
                fits: members.map { rates.secondsOfFit($0, train: images.train, test: images.test) },
                featureBytes: images.all
                    * pass.encoder.name.featureBytes(of: stages, imageSide: data?.size ?? 224))
        }
        trainings = sweep.tasks.compactMap { $0.work.training?.specification }
            .map { TrainingCost.seconds($0) / rates.fits }
    }
}
