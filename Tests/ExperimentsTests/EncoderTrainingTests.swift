import ConvEngine
import Experiments
import Foundation
import TestSupport
import Testing

@Suite("Training an encoder")
struct EncoderTrainingTests {
    /// A training of 12 steps on a dozen images.
    private func specification(
        _ goal: TrainingGoal = .saliency, encoder: EncoderName = .vgg5_bn, padding: EncoderPadding = .zero,
        seed: Int = 1
    ) -> TrainingSpecification {
        var settings = EncoderSettings()
        (settings.name, settings.padding) = (encoder, padding)
        var specification = TrainingSpecification(goal, encoder: settings, size: 80, images: 10, seed: seed)
        specification.fit.epochs = 3
        specification.fit.batch = 3
        specification.fit.learningRate = 0.01
        specification.fit.decayAt = [2]
        return specification
    }

    private func finish(_ training: inout EncoderTraining) throws -> [TrainingProgress] {
        var all: [TrainingProgress] = []
        while let progress = try training.advance() { all.append(progress) }
        return all
    }

    @Test(arguments: [TrainingGoal.saliency, .segmentation, .classification])
    func `weights, curve and figures do not depend on the number of threads`(goal: TrainingGoal) throws {
        let outcomes = try [1, 2, 3].map { threads in
            var training = try EncoderTraining(specification(goal), team: ImageTeam(threads: threads))
            _ = try finish(&training)
            return try training.outcome()
        }
        #expect(outcomes[1] == outcomes[0])
        #expect(outcomes[2] == outcomes[0])
        #expect(outcomes[0].metrics.map(\.name) == goal.metrics)
        #expect(outcomes[0].curve.map(\.number) == [1, 2, 3])
    }

    @Test(arguments: 1...5)
    func `a training that is stopped at any steps ends with the same bytes`(seed: Int) throws {
        var specification = specification(
            seed % 2 == 0 ? .segmentation : .saliency, encoder: seed == 3 ? .vgg5 : .vgg5_bn,
            padding: seed == 1 ? .none : .zero, seed: seed)
        specification.fit.optimizer = seed < 4 ? .sgd : .adam
        specification.fit.learningRate = seed < 4 ? 0.01 : 0.001
        var undisturbed = try EncoderTraining(specification, team: ImageTeam(threads: 2))
        let whole = try finish(&undisturbed)
        #expect(whole.count == 12)

        var random = RandomStream(seed: seed, name: "stops")
        var checkpoint: Data?
        var seen: [Int: TrainingProgress] = [:]
        for stop in [random.integer(below: 4), 4 + random.integer(below: 4), 8 + random.integer(below: 4), 12] {
            let team = ImageTeam(threads: 1 + random.integer(below: 3))
            var training = try EncoderTraining(specification, team: team, resuming: checkpoint)
            while training.step < stop, let progress = try training.advance() { seen[progress.step] = progress }
            checkpoint = try training.checkpoint()
            // What is done behind the checkpoint is lost with the worker.
            _ = try training.advance()
        }
        #expect(whole.allSatisfy { $0 == seen[$0.step] })
        var resumed = try EncoderTraining(specification, team: ImageTeam(threads: 2), resuming: checkpoint)
        #expect(try resumed.advance() == nil)
        #expect(try resumed.checkpoint() == undisturbed.checkpoint())
        #expect(try resumed.outcome() == undisturbed.outcome())
    }

    @Test func `a training learns what is salient`() throws {
        var specification = specification()
        specification.fit.optimizer = .adam
        specification.fit.learningRate = 0.005
        specification.fit.epochs = 8
        var training = try EncoderTraining(specification, team: ImageTeam(threads: 2))
        let start = try training.outcome()
        _ = try finish(&training)
        #expect(try #require(training.curve.last).loss < 0.6 * training.curve[0].loss)
        let (before, after) = (start.metrics, try training.outcome().metrics)
        func value(_ metrics: [TrialOutcome.Metric], _ name: String) throws -> Double {
            try #require(metrics.first { $0.name == name }?.value)
        }
        #expect(try value(after, "MAE") < value(before, "MAE"))
    }

    @Test func `an untrained network begins with the weights that an encoder of its seed has`() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "encoder.safetensors")
            try EncoderTraining(specification(seed: 7), team: ImageTeam(threads: 1)).encoderFile().write(to: file)
            var settings = EncoderSettings()
            (settings.name, settings.seed) = (.vgg5_bn, 7)
            let (ours, drawn) = (
                try WeightsSource(settings, file: file.path), try WeightsSource(settings, file: nil)
            )
            for (name, shape) in EncoderName.vgg5_bn.tensors {
                #expect(try ours.tensor(name, shape: shape) == drawn.tensor(name, shape: shape), "\(name)")
            }
        }
    }

    @Test func `a position trial reads the encoder's file, and sees what the training saw`() throws {
        var training = try EncoderTraining(specification(), team: ImageTeam(threads: 2))
        _ = try finish(&training)
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "encoder.safetensors")
            let bytes = try training.outcome().encoder
            try bytes.write(to: file)
            #expect(try WeightsFile(readingFrom: file).encoders == [.vgg5_bn])
            #expect(try EncoderTensors(of: .vgg5_bn, in: file.path).safetensors() == bytes)
            var settings = EncoderSettings()
            settings.name = .vgg5_bn
            let extractor = try FeatureExtractor(
                settings, weights: WeightsSource(settings, file: file.path), imageSide: 80)
            let image = PixelImage(SyntheticImages.leaves(index: 0, seed: 9, size: 80)).tensor
            let features = try #require(extractor(image).first)
            #expect(features.stages.map(\.shape.channels) == [16, 32, 64, 128, 128])
            #expect(features.stages.allSatisfy { $0.values.allSatisfy(\.isFinite) && $0.values.contains { $0 > 0 } })
        }
    }

    @Test func `drawn images in folders, or in a store under their digests, train the same encoder`() throws {
        try withTemporaryFolder { folder in
            let team = ImageTeam(threads: 2)
            let (pictures, masks) = (folder.appending(path: "images"), folder.appending(path: "masks"))
            for place in [pictures, masks] {
                try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            }
            for index in 0..<5 {
                let scene = SyntheticImages.salientShape(index: index, seed: 1, size: 80)
                let mask = RGBImage(
                    width: 80, height: 80, bytes: scene.labels.flatMap { [$0 * 255, $0 * 255, $0 * 255] })
                try scene.image.write(to: pictures.appending(path: "\(index).png"))
                try mask.write(to: masks.appending(path: "\(index).png"))
            }
            var places = ContentPlaces()
            let store = folder.appending(path: "store").path
            func listed(_ source: URL) throws -> ImageSource {
                let list = try ImageList(ofFolder: source.path, limit: nil, memory: DigestMemory(nil), team: team)
                let digest = ContentDigest(of: Data(list.text))
                let text = folder.appending(path: "\(source.lastPathComponent).list")
                try Data(list.text).write(to: text)
                for entry in list.entries {
                    let path = URL(filePath: ContentPlaces.path(of: try #require(entry.digest), inStore: store))
                    try FileManager.default.createDirectory(
                        at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
                    try FileManager.default.copyItem(at: source.appending(path: entry.name), to: path)
                }
                places.sets[digest] = ContentPlaces.Listed(list: text.path, images: .store(path: store))
                return .list(digest)
            }
            let sources: [LabelledSource] = [
                .drawn(count: 5, seed: 1),
                .masked(
                    images: .folder(path: pictures.path, limit: nil), masks: .folder(path: masks.path, limit: nil)),
                .masked(images: try listed(pictures), masks: try listed(masks)),
            ]
            let encoders = try sources.map { source in
                var specification = specification()
                (specification.train, specification.validation, specification.test) = (source, nil, [])
                #expect(specification.lists.isSubset(of: places.sets.keys))
                var training = try EncoderTraining(specification, team: team, places: places)
                _ = try finish(&training)
                return try training.outcome().encoder
            }
            #expect(encoders[1] == encoders[0])
            #expect(encoders[2] == encoders[0])
        }
    }

    @Test func `a training costs as much for each epoch, and more for a larger network`() {
        var specification = specification()
        func seconds() -> Double { TrainingCost(specification).seconds(train: 100, validation: 10, test: 0) }
        let once = seconds()
        specification.fit.epochs *= 2
        #expect(abs(seconds() - 2 * once) < 1e-9)
        specification.encoder.name = .vgg16
        #expect(seconds() > 20 * once)
    }

    // MARK: Refusals

    @Test func `a checkpoint of another training is refused, one of this training is not`() throws {
        let checkpoint = try EncoderTraining(specification(), team: ImageTeam(threads: 1)).checkpoint()
        let partOfMessage = (Data([1, 2, 3]) + checkpoint).dropFirst(3)
        let resumed = try EncoderTraining(specification(), team: ImageTeam(threads: 1), resuming: partOfMessage)
        #expect(try resumed.checkpoint() == checkpoint)
        for other in [specification(seed: 2), specification(padding: .none), specification(encoder: .vgg5)] {
            #expect(throws: ExperimentError.otherTraining("settings")) {
                try EncoderTraining(other, team: ImageTeam(threads: 1), resuming: checkpoint)
            }
        }
    }

    @Test func `a damaged checkpoint is an error, never a crash`() throws {
        let specification = specification(encoder: .vgg5)
        let team = ImageTeam(threads: 1)
        let sound = try EncoderTraining(specification, team: team).checkpoint()
        let header = sound.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) } + 8
        for length in [0, 7, 8, 100, header - 1, header, header + 4, sound.count - 4] {
            #expect(throws: (any Error).self) {
                try EncoderTraining(specification, team: team, resuming: sound.prefix(length))
            }
        }
        var random = RandomStream(seed: 1, name: "damage")
        for _ in 0..<200 {
            var bytes = sound
            bytes[8 + random.integer(below: header - 8)] = UInt8(truncatingIfNeeded: random.next())
            // Most are refused; one that says another step of the same training cannot be told from it.
            _ = try? EncoderTraining(specification, team: team, resuming: bytes)
        }
    }

    @Test(arguments: [EncoderName.none, .resnet50])
    func `an encoder that is no VGG cannot be trained`(name: EncoderName) throws {
        let error = try #require(throws: ExperimentError.self) {
            try EncoderTraining(specification(encoder: name), team: ImageTeam(threads: 1))
        }
        #expect(error == .notTrainable(name))
        #expect(error.description.contains("vgg5"))
    }

    @Test func `images that are too small for the unpadded encoder are refused with the size that would do`() throws {
        var specification = specification(encoder: .vgg5, padding: .none)
        specification.size = 70
        let error = try #require(throws: ExperimentError.self) {
            try EncoderTraining(specification, team: ImageTeam(threads: 1))
        }
        #expect(error == .trainingImagesTooSmall(.vgg5, .none, side: 70, smallest: 78))
    }

    @Test(arguments: [EncoderPadding.zero, .none, .reflect, .replicate, .circular])
    func `the smallest images that can be trained on are the smallest whose features can be read`(
        padding: EncoderPadding
    ) throws {
        var settings = EncoderSettings()
        (settings.name, settings.padding) = (.vgg5_bn, padding)
        let smallest = try #require(settings.name.smallestSide(padding: padding))
        let weights = try WeightsSource(settings, file: nil)
        _ = try FeatureExtractor(settings, weights: weights, imageSide: smallest)
        #expect(throws: ExperimentError.self) {
            try FeatureExtractor(settings, weights: weights, imageSide: smallest - 1)
        }
        #expect(EncoderName.vgg16.smallestSide(padding: .none) == 196)
        #expect(EncoderName.resnet50.smallestSide(padding: .none) == nil)
    }

    @Test func `figures that make no sense are refused`() throws {
        func refuse(_ change: (inout TrainingSpecification) -> Void) {
            var specification = specification()
            change(&specification)
            #expect(throws: ExperimentError.self) {
                try EncoderTraining(specification, team: ImageTeam(threads: 1))
            }
        }
        refuse { $0.classes = 2 }
        refuse { $0.size = 0 }
        refuse { $0.fit.batch = 0 }
        refuse { $0.fit.epochs = -1 }
        refuse { $0.train = .drawn(count: 0, seed: 1) }
        refuse { $0.goal = .classification }
    }

    @Test func `a training that diverges says so`() throws {
        var specification = specification(encoder: .vgg5)
        specification.fit.learningRate = 1e9
        var training = try EncoderTraining(specification, team: ImageTeam(threads: 1))
        let error = try #require(throws: ExperimentError.self) { while try training.advance() != nil {} }
        guard case .lossNotFinite = error else {
            Issue.record("\(error)")
            return
        }
    }
}
