package import ConvEngine

/// Turns images into what the readout sees: the tapped stages, each resized to the grid if it is larger.
///
/// The grid is `side` x `side` (28 in the paper). Resizing is bilinear with aligned corners, as the authors do.
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

    /// How large the features of images of this side are.
    ///
    /// - Throws: `ShapeError` where the images are too small for the last stage.
    package func layout(imageSide: Int) throws(ShapeError) -> FeatureLayout {
        let image = Shape(images: 1, height: imageSide, width: imageSide, channels: 3)
        var shapes: [Shape] = []
        for stage in stages { shapes.append(grid(over: try encoder.shape(ofStage: stage, for: image))) }
        return FeatureLayout(side: side, stages: shapes)
    }

    /// What is kept of one image's maps of this shape.
    private func grid(over maps: Shape) -> Shape {
        Shape(images: 1, height: min(side, maps.height), width: min(side, maps.width), channels: maps.channels)
    }

    /// The features of some images in [0, 1], `[images, height, width, 3]`.
    ///
    /// - Parameters:
    ///   - images: The images.
    ///   - team: Threads that share the work of each layer.
    /// - Returns: The features of each image.
    /// - Precondition: The encoder's `shape(ofStage:for:)` does not throw for these images and the last stage.
    package func callAsFunction(_ images: Tensor, team: ImageTeam? = nil) -> [FeatureMaps] {
        var features = [[Tensor]](repeating: [], count: images.shape.images)
        let images = normalise.applied(to: images)
        encoder.visitStages(of: images, through: stages.last ?? 0, team: team) { stage, first, maps in
            guard stages.contains(stage) else { return }
            let shape = grid(over: maps.shape)
            for image in 0..<maps.shape.images {
                var kept = Tensor(shape)
                maps.resize(image: image, into: &kept, image: 0, channelOffset: 0, alignCorners: true)
                features[first + image].append(kept)
            }
        }
        return features.map { FeatureMaps(side: side, stages: $0) }
    }
}

extension Normalisation {
    /// The images, `[images, height, width, 3]` in [0, 1], as the encoder takes them.
    func applied(to images: Tensor) -> Tensor {
        switch self {
        case .none: images
        case .imagenet: images.normalised(mean: Self.imageNetMean, deviation: Self.imageNetDeviation)
        }
    }

    /// Mean and standard deviation of each colour over ImageNet, as every torchvision model documents them.
    private static let imageNetMean: [Float] = [0.485, 0.456, 0.406]
    private static let imageNetDeviation: [Float] = [0.229, 0.224, 0.225]
}
