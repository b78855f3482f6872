import ConvEngine

/// Where an experiment's features come from: the cache, or else one pass of the images through the encoder.
///
/// The network is built when the first image needs it, so that a task whose features are all kept builds none.
struct FeatureSource {
    /// The encoder with the stages that are stacked in all features.
    private(set) var encoder: EncoderSettings
    let weights: WeightsSource
    private let imageSide: Int
    private let cache: FeatureCache
    private let team: ImageTeam
    private var extractor: FeatureExtractor?

    /// - Parameters:
    ///   - encoder: The encoder with all stages that are wanted.
    ///   - weightsFile: The path of its weights file; nil draws them.
    ///   - digest: The digest of that file, where it is known.
    ///   - imageSide: The side that the images are brought to.
    ///   - cache: Where features are kept.
    ///   - team: The threads that share the images.
    /// - Throws: `DataError` where the weights file cannot be read, `ExperimentError.noSuchStage`.
    init(
        _ encoder: EncoderSettings, weightsFile: String?, digest: ContentDigest? = nil, imageSide: Int,
        cache: FeatureCache, team: ImageTeam
    ) throws {
        self.encoder = encoder
        self.imageSide = imageSide
        self.cache = cache
        self.team = team
        weights = try WeightsSource(encoder, file: weightsFile, digest: digest)
        let known = Array(encoder.name.stageNumbers)
        for stage in encoder.readStages where !known.contains(stage) {
            throw ExperimentError.noSuchStage(stage, known: known)
        }
    }

    /// The features under a key, if they are kept.
    private func find(_ key: FeatureKey, set: String) -> FeatureSet? {
        cache.find(
            key, channels: encoder.readStages.map { encoder.name.channels(of: [$0]) }, side: FeatureExtractor.paperSide,
            set: set)
    }

    /// The key of the features of images whose ``ImageSet/contentDigest(team:)``, which reads every file, is `digest`.
    private func key(forImages digest: String) -> FeatureKey {
        FeatureKey(
            encoder: encoder, weights: weights.provenance, images: digest, imageSide: imageSide,
            side: FeatureExtractor.paperSide)
    }

    /// The features of a whole set, which stay as long as they are needed.
    ///
    /// Where they are kept with more stages than are wanted, they and those of all later sets have these stages.
    ///
    /// - Parameters:
    ///   - set: The set's name.
    ///   - images: Its images.
    ///   - extracted: Is called for each image that went through the encoder.
    /// - Returns: The features.
    /// - Throws: Where no image can be used, or there is no room for the features, and what `extracted` throws.
    mutating func features(of set: String, _ images: ImageSet, extracted: () throws -> Void) throws -> FeatureSet {
        let digest = images.contentDigest(team: team)
        if let stages = cache.stages(covering: key(forImages: digest)) { encoder.stages = stages }
        let key = key(forImages: digest)
        if let found = find(key, set: set) { return found }
        guard
            let recorder = try cache.recorder(
                for: key, layout: try network().layout(imageSide: imageSide), count: images.count, isNeeded: true),
            let features = try record(set, images, in: recorder, { _, _ in try extracted() }).features
        else { throw ExperimentError.featuresLost(set: set) }
        cache.keep(features, as: key)
        return features
    }

    /// Hands over each image's number and features, in order, without keeping more of them than the cache wants.
    ///
    /// - Returns: The images that could not be used, and the digest of the others.
    /// - Throws: Where no image can be used, and what `body` throws.
    mutating func forEach(
        in set: String, _ images: ImageSet, _ body: (Int, FeatureMaps) throws -> Void
    ) throws -> (skipped: [TrialOutcome.Skipped], digest: [UInt8]) {
        let key = key(forImages: images.contentDigest(team: team))
        if let found = find(key, set: set) {
            for (number, features) in zip(found.numbers, found.images) { try body(number, features) }
            return (found.skipped, found.digest)
        }
        let recorder = try cache.recorder(
            for: key, layout: try network().layout(imageSide: imageSide), count: images.count, isNeeded: false)
        let pass = try record(set, images, in: recorder, body).pass
        return (pass.skipped, pass.hexadecimalDigest)
    }

    /// Passes the images through the encoder.
    private mutating func record(
        _ set: String, _ images: ImageSet, in recorder: FeatureRecorder?, _ body: (Int, FeatureMaps) throws -> Void
    ) throws -> (pass: FeaturePass, features: FeatureSet?) {
        var pass = FeaturePass(set: set, images: images, extractor: try network(), team: team)
        var recorder = recorder
        do {
            try pass.run { number, features in
                try recorder?.append(features, number: number)
                try body(number, features)
            }
        } catch {
            recorder?.discard()
            throw error
        }
        return (pass, try recorder?.finish(pass))
    }

    private mutating func network() throws -> FeatureExtractor {
        if let extractor { return extractor }
        let built = try FeatureExtractor(encoder, weights: weights, imageSide: imageSide)
        extractor = built
        return built
    }
}
