extension Convolution {
    /// The gradient of a loss by the filter.
    ///
    ///     ∂w[o, c, u, v] = Σ images i j  x̃[s·i + u, s·j + v, c] · ∂y[i, j, o]        x̃: x with its padding
    ///
    /// The activation is not part of it: `outputs` are the gradients by the sums before the activation. The work is cut up in a
    /// way that depends on the shapes alone, and so no bit of the result depends on the number of threads, or on how the images
    /// are stacked.
    ///
    /// - Parameters:
    ///   - outputs: The gradients by the outputs, stacks of images.
    ///   - inputs: What was convolved, the same images in any stacks.
    ///   - team: The threads that share the work.
    /// - Returns: The gradient in the order of ``Filter/values``.
    /// - Precondition: There is a stack, and the shapes are those of this convolution.
    package func filterGradient(of outputs: [Tensor], at inputs: [Tensor], team: ImageTeam) -> [Float] {
        let gradient = FloatBuffer(count: filter.values.count)
        writeFilterGradient(of: outputs, at: inputs, into: gradient, at: 0, team: team)
        return Array(UnsafeBufferPointer(start: gradient.floats, count: filter.values.count))
    }

    /// Writes the gradient by the filter from this place of the buffer on.
    func writeFilterGradient(
        of outputs: [Tensor], at inputs: [Tensor], into gradient: FloatBuffer, at offset: Int, team: ImageTeam
    ) {
        let (inputs, outputs) = (ImageStacks(inputs), ImageStacks(outputs))
        precondition(inputs.count == outputs.count, "an output gradient for each image")
        precondition(
            (try? outputShape(for: inputs.shape)) == outputs.shape, "the gradients are not those of this convolution")
        guard inputs.count > 0, outputs.shape.count > 0 else {
            return (gradient.floats + offset).initialize(repeating: 0, count: filter.values.count)
        }
        if filter.kernel == 3, stride == 1, WinogradFilterGradient.suits(inputs.shape, outputs.shape) {
            WinogradFilterGradient(inputs, outputs, padding: padding)(into: gradient, at: offset, team: team)
        } else {
            GatheredFilterGradient(inputs, outputs, kernel: filter.kernel, stride: stride, padding: padding)(
                into: gradient, at: offset, team: team)
        }
    }

    /// The gradient of a loss by the bias: for each output channel the sum over images and pixels.
    ///
    /// - Parameters:
    ///   - outputs: The gradients by the outputs before the activation, stacks of images.
    ///   - team: The threads that share the images.
    /// - Returns: One value for each output channel.
    /// - Precondition: There is a stack, and all images have the same shape.
    package static func biasGradient(of outputs: [Tensor], team: ImageTeam) -> [Float] {
        let outputs = ImageStacks(outputs)
        let parts = team.map(outputs.count) { image in
            var sums = [Double](repeating: 0, count: outputs.shape.channels)
            outputs.withImage(image) { values in
                ChannelSums.add(values, pixels: outputs.shape.pixels, to: &sums)
            }
            return sums
        }
        return ChannelSums.total(parts, channels: outputs.shape.channels).map { Float($0) }
    }
}
