internal import KernelInterface

/// The gradient of a loss by the maps that a convolution read, from the one by its sums.
///
///     ∂x̃[s·i + u, s·j + v, c] = Σ i j o   w[o, c, u, v] · ∂y[i, j, o]        x̃: x with its padding
///
/// With stride 1 and zeros around the map that is a convolution with the filter turned around and its channels exchanged, and
/// so 3x3 kernels have Winograd's algorithm here too. Otherwise each output's share is computed by one matrix product and
/// added where it came from.
package struct InputGradient: Sendable {
    private let convolution: Convolution
    private let way: Way

    private enum Way: Sendable {
        /// Cropped by so much where the padding was larger than the kernel reaches.
        case turned(Convolution, crop: Int)
        /// `[output channel][kernel row][kernel column][input channel]`.
        case spread(PackedMatrix)
    }

    /// Prepares a convolution's weights for the way back.
    ///
    /// - Parameters:
    ///   - convolution: The convolution; its activation is not part of it.
    ///   - team: Threads that share the preparation.
    package init(of convolution: Convolution, team: ImageTeam? = nil) {
        self.convolution = convolution
        let filter = convolution.filter
        let (outputs, inputs, places) = (filter.outputChannels, filter.inputChannels, filter.kernel * filter.kernel)
        let keepsZeros =
            switch convolution.padding {
            case .none, .zero: true
            case .reflect, .replicate, .circular: false
            }
        if convolution.stride == 1, keepsZeros, let turned = Self.turned(convolution, team) {
            way = .turned(turned, crop: max(0, convolution.padding.width - filter.kernel + 1))
            return
        }
        way = .spread(
            filter.values.withUnsafeBufferPointer { values in
                PackedMatrix(depth: outputs, columns: places * inputs) { output, column in
                    values[(output &* inputs &+ column % inputs) &* places &+ column / inputs]
                }
            })
    }

    private static func turned(_ convolution: Convolution, _ team: ImageTeam?) -> Convolution? {
        let filter = convolution.filter
        let (outputs, inputs, places) = (filter.outputChannels, filter.inputChannels, filter.kernel * filter.kernel)
        var values = [Float](repeating: 0, count: filter.values.count)
        values.withUnsafeMutableBufferPointer { turned in
            filter.values.withUnsafeBufferPointer { weights in
                for output in 0..<outputs {
                    for input in 0..<inputs {
                        let source = (output &* inputs &+ input) &* places
                        let target = (input &* outputs &+ output) &* places
                        for place in 0..<places { turned[target &+ places &- 1 &- place] = weights[source &+ place] }
                    }
                }
            }
        }
        let margin = max(0, filter.kernel - 1 - convolution.padding.width)
        // A turned filter has the extents of the one that it was made from, so nothing can be wrong with it.
        guard
            let turned = try? Filter(
                outputChannels: inputs, inputChannels: outputs, kernel: filter.kernel, values: values)
        else { return nil }
        return try? Convolution(
            "\(convolution.name), turned", filter: turned, bias: [Float](repeating: 0, count: inputs),
            padding: margin > 0 ? .zero(margin) : .none, team: team)
    }

    /// The gradient by the maps.
    ///
    /// - Parameters:
    ///   - outputs: The gradient by the sums before the activation.
    ///   - shape: The shape of the maps that the convolution read.
    ///   - team: Threads that share the images.
    /// - Returns: A tensor of that shape.
    /// - Precondition: The shapes are those of the convolution.
    package func callAsFunction(of outputs: Tensor, input shape: Shape, team: ImageTeam? = nil) -> Tensor {
        precondition(
            (try? convolution.outputShape(for: shape)) == outputs.shape,
            "the gradients are not those of this convolution")
        switch way {
        case .turned(let turned, let crop):
            let whole = turned(outputs, team: team)
            return crop > 0 ? whole.cropped(by: crop) : whole
        case .spread(let weights):
            let images = (team ?? ImageTeam(threads: 1)).map(shape.images) { image in
                spread(outputs[image: image], weights, over: shape)
            }
            return shape.images > 0 ? Tensor(stacking: images) : Tensor(shape)
        }
    }

    private static let pixelsAtOnce = 96

    /// One image's gradient.
    private func spread(_ outputs: Tensor, _ weights: PackedMatrix, over shape: Shape) -> Tensor {
        var result = Tensor(Shape(images: 1, height: shape.height, width: shape.width, channels: shape.channels))
        let (kernel, stride, padding) = (convolution.filter.kernel, convolution.stride, convolution.padding)
        let lines = padding.sources(side: shape.height, count: shape.height + 2 * padding.width)
        let places = padding.sources(side: shape.width, count: shape.width + 2 * padding.width)
        let (channels, width) = (shape.channels, outputs.shape.width)
        let shares = FloatBuffer(count: Self.pixelsAtOnce * weights.columns)
        outputs.withUnsafeBufferPointer { outputs in
            result.withUnsafeMutableBufferPointer { result in
                guard let outputs = outputs.baseAddress, let result = result.baseAddress else { return }
                let pixels = self.convolution.filter.outputChannels
                let count = width * ((lines.count - kernel) / stride + 1)
                for first in Swift.stride(from: 0, to: count, by: Self.pixelsAtOnce) {
                    let rows = min(Self.pixelsAtOnce, count - first)
                    weights.multiply(
                        outputs + first * pixels, stride: pixels, into: shares.floats, stride: weights.columns,
                        rows: rows, columns: 0..<weights.columns)
                    for row in 0..<rows {
                        let (i, j) = (first + row).quotientAndRemainder(dividingBy: width)
                        for place in 0..<kernel * kernel {
                            let (u, v) = place.quotientAndRemainder(dividingBy: kernel)
                            let (y, x) = (lines[i * stride + u], places[j * stride + v])
                            guard y >= 0, x >= 0 else { continue }
                            let pixel = result + (y * shape.width + x) * channels
                            let share = shares.floats + (row * weights.columns + place * channels)
                            for channel in 0..<channels { pixel[channel] += share[channel] }
                        }
                    }
                }
            }
        }
        return result
    }
}
