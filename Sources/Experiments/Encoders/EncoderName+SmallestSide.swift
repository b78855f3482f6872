extension EncoderName {
    /// The side of the smallest images that an encoder which can be trained reads to its last stage; nil for others.
    ///
    /// - Parameter padding: What its convolutions read outside their maps. Without any, each takes two pixels from the side.
    /// - Returns: The side in pixels.
    package func smallestSide(padding: EncoderPadding) -> Int? {
        guard let blocks = architecture.trainableBlocks else { return nil }
        // From the last stage's single pixel back to the image: what has to be left in front of each layer.
        var side = 1
        for (number, block) in blocks.enumerated().reversed() {
            for layer in block.reversed() {
                switch padding {
                case .none: side += layer.kernel - 1
                // A mirror needs pixels beside the border's.
                case .reflect: side = max(side, layer.kernel / 2 + 1)
                case .zero, .replicate, .circular: break
                }
            }
            if number > 0 { side *= 2 }
        }
        return side
    }
}
