package import ConvEngine

/// Turns images into what the readout sees: the tapped stages, resized to one grid and stacked by channel.
///
/// Each stage is resized to `side` x `side` (28 in the paper), bilinear with aligned corners, as the authors do.
package struct FeatureExtractor: Sendable {
    package static let paperSide = 28

    package let encoder: any Encoder
    /// The numbers of the stages that are stacked, ascending.
    package let stages: [Int]
    package let normalise: Normalisation
    package let side: Int

    /// - Parameters:
    ///   - encoder: The network.
    ///   - stages: The numbers of the stages, ascending.
    ///   - normalise: What is done to the images first.
    ///   - side: The side of the grid.
    /// - Throws: `ExperimentError.noSuchStage` for a stage that the encoder does not have.
    package init(
        encoder: any Encoder, stages: [Int], normalise: Normalisation, side: Int = paperSide
    ) throws(ExperimentError) {
        let known = encoder.stages.map(\.number)
        for stage in stages where !known.contains(stage) { throw .noSuchStage(stage, known: known) }
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
        let encoder = try settings.name.network(weights: weights, padding: settings.padding)
        try self.init(encoder: encoder, stages: settings.readStages, normalise: settings.normalise, side: side)
        guard let last = self.stages.last else { return }
        func image(_ side: Int) -> Shape { Shape(images: 1, height: side, width: side, channels: 3) }
        do throws(ShapeError) {
            _ = try encoder.shape(ofStage: last, for: image(imageSide))
        } catch {
            let enough = (imageSide...Self.largestSide).first { side in
                (try? encoder.shape(ofStage: last, for: image(side))) != nil  // A failure is the answer no.
            }
            throw ExperimentError.imagesTooSmall(
                side: imageSide, stage: last, smallest: enough, cause: error.description)
        }
    }

    private static let largestSide = 4_096

    /// How many channels the stacked features have: 1,472 for the five stages of VGG-16.
    package var channels: Int {
        encoder.stages.reduce(0) { sum, stage in stages.contains(stage.number) ? sum + stage.channels : sum }
    }

    /// The features of some images in [0, 1], `[images, height, width, 3]` → for each one `[1, side, side, channels]`.
    ///
    /// - Parameters:
    ///   - images: The images.
    ///   - team: Threads that share the work of each layer.
    /// - Returns: The features of each image.
    /// - Precondition: The encoder's `shape(ofStage:for:)` does not throw for these images and the last stage.
    package func callAsFunction(_ images: Tensor, team: ImageTeam? = nil) -> [Tensor] {
        let shape = Shape(images: 1, height: side, width: side, channels: channels)
        var features = (0..<images.shape.images).map { _ in Tensor(shape) }
        var offsets: [Int: Int] = [:]
        var offset = 0
        for stage in encoder.stages where stages.contains(stage.number) {
            offsets[stage.number] = offset
            offset += stage.channels
        }
        encoder.visitStages(of: normalised(images), through: stages.last ?? 0, team: team) { stage, first, maps in
            guard let offset = offsets[stage] else { return }
            for image in 0..<maps.shape.images {
                maps.resize(
                    image: image, into: &features[first + image], image: 0, channelOffset: offset, alignCorners: true)
            }
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
