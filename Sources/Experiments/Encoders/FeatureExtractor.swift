package import ConvEngine

/// Turns images into what the readout sees: the tapped stages, resized to one grid and stacked by channel.
///
/// Each stage is resized to `side` x `side` (28 in the paper), bilinear with aligned corners, as the authors do.
package struct FeatureExtractor: Sendable {
    package static let paperSide = 28

    package let encoder: any Encoder
    /// The numbers of the stages that are stacked, ascending from 1.
    package let stages: [Int]
    package let normalise: Normalisation
    package let side: Int

    /// - Throws: `ExperimentError.noSuchStage` for a stage that the encoder does not have.
    package init(
        encoder: any Encoder, stages: [Int], normalise: Normalisation, side: Int = paperSide
    ) throws(ExperimentError) {
        for stage in stages where !(1...encoder.stageChannels.count).contains(stage) {
            throw .noSuchStage(stage, count: encoder.stageChannels.count)
        }
        self.encoder = encoder
        self.stages = stages
        self.normalise = normalise
        self.side = side
    }

    /// The extractor that a trial's settings ask for.
    ///
    /// - Parameters:
    ///   - settings: The encoder, its padding and its stages; without an encoder the one stage is the image.
    ///   - weights: The encoder's weights.
    ///   - imageSide: The side of the images that it will see.
    ///   - side: The side of the grid.
    /// - Throws: `ExperimentError` or `DataError` where the encoder does not fit the images or the weights.
    package init(
        _ settings: EncoderSettings, weights: some EncoderWeights, imageSide: Int, side: Int = paperSide
    ) throws {
        switch settings.name {
        case .none:
            try self.init(encoder: RawImage(), stages: [1], normalise: settings.normalise, side: side)
        default:
            let encoder = try VGG16(weights: weights, padding: settings.padding)
            do throws(ShapeError) {
                _ = try encoder.stageShapes(for: Shape(images: 1, height: imageSide, width: imageSide, channels: 3))
            } catch {
                throw ExperimentError.imagesTooSmall(side: imageSide, cause: error.description)
            }
            try self.init(encoder: encoder, stages: settings.stages.isEmpty ? Array(1...5) : settings.stages, normalise: settings.normalise, side: side)
        }
    }

    /// How many channels the stacked features have: 1,472 for the five stages of VGG-16.
    package var channels: Int {
        stages.reduce(0) { sum, stage in sum + encoder.stageChannels[stage - 1] }
    }

    /// The features of some images in [0, 1], `[images, height, width, 3]` → for each one `[1, side, side, channels]`.
    ///
    /// - Precondition: The encoder's `stageShapes(for:)` does not throw for these images.
    package func callAsFunction(_ images: Tensor) -> [Tensor] {
        let shape = Shape(images: 1, height: side, width: side, channels: channels)
        var features = (0..<images.shape.images).map { _ in Tensor(shape) }
        var offset = 0
        encoder.visitStages(of: normalised(images), through: stages.last ?? 0) { stage, maps in
            guard stages.contains(stage) else { return }
            for image in features.indices {
                maps.resize(
                    image: image, into: &features[image], image: 0, channelOffset: offset, alignCorners: true)
            }
            offset += maps.shape.channels
        }
        return features
    }

    private func normalised(_ images: Tensor) -> Tensor {
        switch normalise {
        case .none: images
        case .imagenet: images.normalised(mean: Self.imageNetMean, deviation: Self.imageNetDeviation)
        }
    }

    /// Mean and standard deviation of each colour over ImageNet, as every torchvision model documents them.
    private static let imageNetMean: [Float] = [0.485, 0.456, 0.406]
    private static let imageNetDeviation: [Float] = [0.229, 0.224, 0.225]
}
