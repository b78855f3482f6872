extension EncoderName {
    /// Builds the network.
    ///
    /// - Parameters:
    ///   - weights: Its weights under the names of ``tensors``.
    ///   - padding: What its convolutions read outside their maps.
    /// - Returns: The network, in evaluation.
    /// - Throws: `DataError` where a tensor is missing or has another shape.
    package func network(weights: some EncoderWeights, padding: EncoderPadding) throws -> any Encoder {
        try architecture.network(EncoderLayers(weights: weights, padding: padding))
    }

    /// The tensors that the encoder is made of, under torchvision's names, without a classifier's.
    package var tensors: [(name: String, shape: [Int])] {
        architecture.layers(imageSide: 1).joined().flatMap(\.layout.tensors)
    }

    /// The file in which the network's ImageNet weights are published, for most torchvision's `IMAGENET1K_V1`; nil for none.
    ///
    /// The last part of a name is the beginning of the file's SHA-256.
    package var publishedWeights: String? { architecture.publishedWeights }
}
