/// A task as it is sent to a worker: trials that share an encoder pass, with the data that they read.
package struct ExperimentTask: Hashable, Codable, Sendable {
    /// A trial of the task under the identifier that its result is stored by.
    package struct Trial: Hashable, Codable, Sendable {
        package let id: String
        package let settings: TrialSettings

        package init(id: String, settings: TrialSettings) {
            self.id = id
            self.settings = settings
        }
    }

    /// A named set of test images; the order of test sets is the order of the table's columns.
    package struct TestSet: Hashable, Codable, Sendable {
        package let name: String
        package let source: ImageSource

        package init(name: String, source: ImageSource) {
            self.name = name
            self.source = source
        }
    }

    /// Side of the images that the encoder sees, in pixels.
    package let size: Int
    package let train: ImageSource
    package let test: [TestSet]
    /// The `.safetensors` file with the encoder's tensors alone; nil draws them from the encoder's seed.
    package let weights: ContentDigest?
    /// The trial that trains the encoder, whose weights come with the assignment; nil where none does.
    package let trainedBy: String?
    /// How many predicted maps are kept for each trial and test set.
    package let mapsKept: Int
    /// Into how many rings around the border each figure is also split; 0 for none.
    package let rings: Int
    package let trials: [Trial]

    package init(
        size: Int, train: ImageSource, test: [TestSet], weights: ContentDigest?, trainedBy: String? = nil,
        mapsKept: Int, rings: Int = 0, trials: [Trial]
    ) {
        self.size = size
        self.train = train
        self.test = test
        self.weights = weights
        self.trainedBy = trainedBy
        self.mapsKept = mapsKept
        self.rings = rings
        self.trials = trials
    }

    /// The same with the encoder's weights from this file.
    package func reading(_ weights: ContentDigest) -> ExperimentTask {
        ExperimentTask(
            size: size, train: train, test: test, weights: weights, trainedBy: trainedBy, mapsKept: mapsKept,
            rings: rings, trials: trials)
    }

    /// The digests of the lists of its images.
    package var lists: Set<ContentDigest> {
        Set(
            ([train] + test.map(\.source)).compactMap { source in
                if case .list(let digest) = source { digest } else { nil }
            })
    }
}
