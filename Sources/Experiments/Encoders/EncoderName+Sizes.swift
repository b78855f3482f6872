extension EncoderName {
    /// The bytes of its convolutions' filters in single precision: what a worker fetches of a weights file, but for biases and
    /// batch norms, which are less than a hundredth of it.
    package var weightsBytes: Int {
        layersAtWork(imageSide: 224).reduce(0) { sum, layer in
            sum + layer.inputs * layer.outputs * layer.kernel * layer.kernel * MemoryLayout<Float>.stride
        }
    }

    /// The bytes of one image's features as they are kept, with padding that keeps the size of maps.
    ///
    /// - Parameters:
    ///   - stages: The numbers of the stages that are read.
    ///   - imageSide: The side of the image.
    /// - Returns: Each stage at its own size, but none larger than the grid.
    package func featureBytes(of stages: [Int], imageSide: Int) -> Int {
        stages.reduce(0) { sum, stage in
            let side = min(FeatureExtractor.paperSide, mapSide(of: stage, imageSide: imageSide))
            return sum + side * side * channels(of: [stage]) * MemoryLayout<Float>.stride
        }
    }

    private func mapSide(of stage: Int, imageSide: Int) -> Int {
        switch self {
        case .none: imageSide
        case .vgg5, .vgg5_bn, .vgg16, .vgg16_bn, .vgg19, .vgg19_bn: imageSide >> (stage - 1)
        case .resnet50, .resnet101, .resnet152: stage == 0 ? imageSide >> 1 : imageSide >> (stage + 1)
        }
    }
}
