/// Slides a square filter over a stack of feature maps.
///
///     y[n, i, j, o] = f(b[o] + Σ u v c   w[o, c, u, v] · x̃[n, s·i + u, s·j + v, c])        x̃: x with its padding
///
/// ```swift
/// let convolution = try Convolution("conv1_1", filter: filter, bias: bias, padding: .zero(1), activation: .relu)
/// let maps = convolution(images)          // [8, 224, 224, 3] → [8, 224, 224, 64]
/// ```
package struct Convolution: Sendable {
    package let name: String
    package let filter: Filter
    package let bias: [Float]
    package let stride: Int
    package let padding: Padding
    package let activation: Activation
    private let algorithm: Algorithm

    /// How the sum is computed; every choice agrees with the formula to 3e-5 of the output's root mean square.
    private enum Algorithm: Sendable {
        case pointwise(PointwiseConvolution)
        case winograd(WinogradConvolution)
        case gathered(GatheredConvolution)
    }

    /// How much is done to the weights before the first image.
    package enum Preparation: Hashable, Sendable {
        /// Whatever makes images quick: for weights that stay.
        case thorough
        /// A copy: for weights in training, which are others after a few images.
        case quick
    }

    /// A layer with its weights prepared for the algorithm that suits its shape.
    ///
    /// - Throws: `ShapeError.biasValues` where there is not one bias value for each output channel, `ShapeError.extent`
    ///   where the stride is not positive or the padding negative.
    package init(
        _ name: String, filter: Filter, bias: [Float], stride: Int = 1, padding: Padding = .none,
        activation: Activation = .identity, preparation: Preparation = .thorough
    ) throws(ShapeError) {
        guard bias.count == filter.outputChannels else {
            throw .biasValues(of: name, found: bias.count, outputChannels: filter.outputChannels)
        }
        guard stride > 0 else { throw .extent(of: name, what: "the stride", value: stride, smallest: 1) }
        guard padding.width >= 0 else {
            throw .extent(of: name, what: "the padding", value: padding.width, smallest: 0)
        }
        self.name = name
        self.filter = filter
        self.bias = bias
        self.stride = stride
        self.padding = padding
        self.activation = activation
        algorithm = Self.algorithm(
            for: filter, stride: stride, padding: padding, outputPass: OutputPass(bias: bias, activation: activation),
            preparation: preparation)
    }

    /// With fewer than 16 channels the transforms cost more than the multiplications that they save.
    private static func algorithm(
        for filter: Filter, stride: Int, padding: Padding, outputPass: OutputPass, preparation: Preparation
    ) -> Algorithm {
        switch (filter.kernel, stride, padding.width) {
        case (1, 1, 0) where preparation == .thorough && PointwiseConvolution.suits(filter):
            .pointwise(PointwiseConvolution(filter: filter, outputPass: outputPass))
        case (3, 1, _)
        where preparation == .thorough && filter.inputChannels >= 16 && filter.outputChannels >= 16:
            .winograd(WinogradConvolution(filter: filter, padding: padding, outputPass: outputPass))
        default:
            .gathered(
                GatheredConvolution(
                    filter: filter, stride: stride, padding: padding, outputPass: outputPass,
                    isPacked: preparation == .thorough && filter.outputChannels.isMultiple(of: 16)))
        }
    }

    /// The shape of the output.
    ///
    /// A network asks once, when it is built, so that no forward pass can fail.
    ///
    /// Side length: `(side + 2 · padding − kernel) / stride + 1`, rounded down.
    ///
    /// - Throws: `ShapeError.channels` where the input has another number of channels than the filter,
    ///   `ShapeError.smallerThanKernel` where the kernel does not fit in the padded map, `ShapeError.smallerThanPadding`
    ///   where the map has too few pixels to be padded with.
    package func outputShape(for input: Shape) throws(ShapeError) -> Shape {
        guard input.channels == filter.inputChannels else {
            throw .channels(of: name, expected: filter.inputChannels, found: input)
        }
        let height = input.height + 2 * padding.width - filter.kernel
        let width = input.width + 2 * padding.width - filter.kernel
        guard height >= 0, width >= 0 else {
            throw .smallerThanKernel(input, of: name, kernel: filter.kernel, padding: padding)
        }
        guard min(input.height, input.width) >= padding.smallestSide else {
            throw .smallerThanPadding(input, of: name, padding: padding)
        }
        return Shape(
            images: input.images, height: height / stride + 1, width: width / stride + 1,
            channels: filter.outputChannels)
    }

    /// The convolved maps.
    ///
    /// Runs on the calling thread. The result for an image does not depend on the other images of the tensor.
    ///
    /// - Precondition: `outputShape(for: input.shape)` does not throw.
    package func callAsFunction(_ input: Tensor) -> Tensor {
        let shape: Shape
        do {
            shape = try outputShape(for: input.shape)
        } catch {
            preconditionFailure("\(error)")
        }
        var output = Tensor(uninitialized: shape)
        guard shape.count > 0 else { return output }
        input.withUnsafeBufferPointer { source in
            output.withUnsafeMutableBufferPointer { destination in
                guard let source = source.baseAddress, let destination = destination.baseAddress else { return }
                switch algorithm {
                case .pointwise(let pointwise): pointwise(source, input.shape, destination, shape)
                case .winograd(let winograd): winograd(source, input.shape, destination, shape)
                case .gathered(let gathered): gathered(source, input.shape, destination, shape)
                }
            }
        }
        return output
    }
}
