/// What a task takes of memory at its peak, roughly: within a factor of two or so, so that it is not given to a worker that
/// is too small for it.
///
/// Measured with 224x224 images on two threads: 0.34 GB for VGG-16, 0.74 GB for ResNet-152, without features.
package struct MemoryNeed: Hashable, Sendable {
    package let bytes: Int

    /// The memory of trials that share an encoder pass.
    ///
    /// Features stay in memory as far as half of what a worker may take; the rest of them is on the disk.
    ///
    /// - Parameters:
    ///   - encoder: The encoder.
    ///   - size: The side of the images, in pixels.
    ///   - images: How many training images there are, or a guess.
    package init(_ encoder: EncoderSettings, size: Int, images: Int) {
        // Weights as they are read, and as the kernels want them.
        let computing = Self.program + 3 * encoder.name.weightBytes + Self.pixelBytes * size * size
        let side = FeatureExtractor.paperSide
        let (features, isBeyond) = (4 * side * side * encoder.name.channels(of: encoder.readStages))
            .multipliedReportingOverflow(by: images)
        bytes = computing + (isBeyond ? computing : min(features, computing))
    }

    /// The memory of training an encoder: its weights with their gradients, momenta and what the kernels make of them, and a
    /// batch's maps of all layers, with theirs.
    ///
    /// Measured: 1.15 GB for VGG-16 on 8 images of 96x96, 1.27 GB on 2 of 224x224.
    package init(_ training: TrainingSpecification) {
        let layers = training.encoder.name.layersAtWork(imageSide: training.size)
        let maps = layers.reduce(0) { $0 + 4 * $1.layout.outputs * $1.outputSide * $1.outputSide }
        bytes = Self.program + 12 * training.encoder.name.weightBytes + 4 * maps * training.fit.batch
    }

    /// The program, its libraries and the images that are being decoded.
    private static let program = 120_000_000
    /// The maps of the images that go through an encoder at a time, for each pixel of one.
    private static let pixelBytes = 1_200
}

extension EncoderName {
    fileprivate var weightBytes: Int {
        tensors.reduce(0) { $0 + 4 * $1.shape.reduce(1, *) }
    }
}
