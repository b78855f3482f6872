internal import KernelInterface

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
    /// The bias, then zeros, so that whole vectors can be read.
    private let biasBuffer: FloatBuffer

    /// How the sum is computed; every choice agrees with the formula to 3e-5 of the output's root mean square.
    private enum Algorithm: Sendable {
        case pointwise(PointwiseConvolution)
        case winograd(WinogradConvolution)
        case gathered(GatheredConvolution)

        /// With fewer than 16 channels the transforms cost more than the multiplications that they save.
        init(for filter: Filter, stride: Int, padding: Padding, team: ImageTeam?) {
            self =
                switch (filter.kernel, stride, padding.width) {
                case (1, 1, 0):
                    .pointwise(PointwiseConvolution(filter: filter))
                case (3, 1, _) where filter.inputChannels >= 16 && filter.outputChannels >= 16:
                    .winograd(WinogradConvolution(filter: filter, padding: padding, team: team))
                default:
                    .gathered(
                        GatheredConvolution(filter: filter, stride: stride, padding: padding))
                }
        }

        /// The parts that so many threads take.
        func parts(of output: Shape, threads: Int) -> [WorkPart] {
            let pixels = output.images * output.pixels
            switch self {
            case .pointwise:
                return WorkPart.parts(
                    places: pixels, channels: output.channels, enough: PointwiseConvolution.pixelsAtOnce,
                    threads: threads)
            case .winograd:
                return WorkPart.parts(
                    places: WinogradConvolution.tiles(of: output), channels: output.channels,
                    enough: WinogradConvolution.enoughTiles, threads: threads)
            case .gathered:
                return WorkPart.parts(
                    places: pixels, channels: output.channels, enough: GatheredConvolution.rowsAtOnce,
                    threads: threads)
            }
        }

        func callAsFunction(_ pass: ConvolutionPass, _ part: WorkPart) {
            switch self {
            case .pointwise(let pointwise): pointwise(pass, part)
            case .winograd(let winograd): winograd(pass, part)
            case .gathered(let gathered): gathered(pass, part)
            }
        }
    }

    /// A layer with its weights prepared for the algorithm that suits its shape, by several threads if there is a team.
    ///
    /// - Throws: `ShapeError.biasValues` where there is not one bias value for each output channel, `ShapeError.extent`
    ///   where the stride is not positive or the padding negative.
    package init(
        _ name: String, filter: Filter, bias: [Float], stride: Int = 1, padding: Padding = .none,
        activation: Activation = .identity, team: ImageTeam? = nil
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
        biasBuffer = FloatBuffer(count: bias.count + FloatBuffer.slack)
        biasBuffer.floats.initialize(repeating: 0, count: bias.count + FloatBuffer.slack)
        for (channel, value) in bias.enumerated() { biasBuffer.floats[channel] = value }
        algorithm = Algorithm(
            for: filter, stride: stride, padding: padding, team: team)
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
    /// The result for an image does not depend on the other images of the tensor, nor on the threads.
    ///
    /// - Parameters:
    ///   - input: The maps.
    ///   - team: Threads that share one convolution's work; without them it runs on the calling thread alone.
    /// - Returns: The output maps.
    /// - Precondition: `outputShape(for: input.shape)` does not throw.
    package func callAsFunction(_ input: Tensor, team: ImageTeam? = nil) -> Tensor {
        var output = Tensor(uninitialized: shape(for: input))
        run(input, into: &output, team) { $0 }
        return output
    }

    /// Adds the convolved maps to others before the activation, as a residual block does.
    ///
    /// Where nobody else has them the sums take the others' place, which saves a third of the memory traffic.
    ///
    /// - Parameters:
    ///   - input: The maps to convolve.
    ///   - residual: What is added; then the result.
    ///   - team: Threads that share the work.
    /// - Precondition: `outputShape(for: input.shape)` does not throw, and the residual has that shape.
    package func callAsFunction(_ input: Tensor, addingTo residual: inout Tensor, team: ImageTeam? = nil) {
        let shape = shape(for: input)
        precondition(residual.shape == shape, "the residual has another shape than the output")
        if residual.isUnique() {
            run(input, into: &residual, team) { pass in
                pass.adding(UnsafePointer(pass.output))
            }
            return
        }
        var output = Tensor(uninitialized: shape)
        residual.withUnsafeBufferPointer { added in
            run(input, into: &output, team) { $0.adding(added.baseAddress) }
        }
        residual = output
    }

    /// The convolved maps, and the same behind a max-pool of 2x2 windows with stride 2.
    ///
    /// Where the algorithm has a tile's outputs at hand they are pooled there, which saves reading them again.
    ///
    /// - Parameters:
    ///   - input: The maps.
    ///   - team: Threads that share the work.
    /// - Returns: Both maps.
    /// - Precondition: `outputShape(for: input.shape)` does not throw and has at least two rows and columns.
    package func withPool(_ input: Tensor, team: ImageTeam? = nil) -> (maps: Tensor, pooled: Tensor) {
        let shape = shape(for: input)
        precondition(shape.height >= 2 && shape.width >= 2, "not one window of the pool fits in the map")
        var output = Tensor(uninitialized: shape)
        guard case .winograd = algorithm else {
            run(input, into: &output, team) { $0 }
            return (output, MaxPool.halving(output))
        }
        var pooled = Tensor(
            uninitialized: Shape(
                images: shape.images, height: shape.height / 2, width: shape.width / 2, channels: shape.channels))
        pooled.withUnsafeMutableBufferPointer { pooled in
            run(input, into: &output, team) { pass in
                var pass = pass
                pass.pooled = pooled.baseAddress
                return pass
            }
        }
        return (output, pooled)
    }

    private func shape(for input: Tensor) -> Shape {
        do {
            return try outputShape(for: input.shape)
        } catch {
            preconditionFailure("\(error)")
        }
    }

    private func run(
        _ input: Tensor, into output: inout Tensor, _ team: ImageTeam?,
        _ adapt: (ConvolutionPass) -> ConvolutionPass
    ) {
        let shape = output.shape
        guard shape.count > 0 else { return }
        let parts = algorithm.parts(of: shape, threads: team?.threads ?? 1)
        output.withUnsafeMutableBufferPointer { destination in
            input.withUnsafeBufferPointer { source in
                guard let source = source.baseAddress, let destination = destination.baseAddress else { return }
                let pass = adapt(
                    ConvolutionPass(
                        input: source, inputShape: input.shape, output: destination, outputShape: shape,
                        finish: Finish(bias: biasBuffer.floats, isRectified: activation == .relu)))
                guard let team, parts.count > 1 else { return parts.forEach { algorithm(pass, $0) } }
                team.forEach(parts.count) { algorithm(pass, parts[$0]) }
            }
        }
    }
}
