extension EncoderName {
    /// All convolutions in the order in which they run, for square images and padding that keeps the size of maps.
    func layersAtWork(imageSide: Int) -> [LayerAtWork] {
        Array(architecture.layers(imageSide: imageSide).joined())
    }

    /// The bytes of its convolutions' filters in single precision: what a worker fetches of a weights file, but for biases and
    /// batch norms, which are less than a hundredth of it.
    package var weightsBytes: Int {
        layersAtWork(imageSide: 224).reduce(0) { $0 + $1.weights * MemoryLayout<Float>.stride }
    }

    /// The bytes of one image's features as they are kept, with padding that keeps the size of maps.
    ///
    /// - Parameters:
    ///   - stages: The numbers of the stages that are read.
    ///   - imageSide: The side of the image.
    /// - Returns: Each stage at its own size, but none larger than the grid.
    package func featureBytes(of stages: [Int], imageSide: Int) -> Int {
        let layers = architecture.layers(imageSide: imageSide)
        return zip(self.stages, layers).reduce(0) { sum, stage in
            guard stages.contains(stage.0.number) else { return sum }
            let side = min(FeatureExtractor.paperSide, stage.1.last?.outputSide ?? imageSide)
            return sum + side * side * stage.0.channels * MemoryLayout<Float>.stride
        }
    }
}
