extension Convolution {
    /// The gradient of a loss by the weights of a convolution with stride 1 and zero padding.
    ///
    ///     g[c, o] at (u, v)  =  Σ images Σ i j  x̃[image, i + u, j + v, c] · d[image, i, j, o]
    ///
    /// For each place of the kernel it is a matrix product, added up over the images in the given order; the work is shared out
    /// by places and ranges of channels that do not depend on the threads, and so the result does not either.
    ///
    /// - Parameters:
    ///   - outputs: The gradient by each image's outputs, `[1, height, width, outputs]`.
    ///   - inputs: What was convolved, `[1, height, width, channels]` for each of the outputs.
    ///   - kernel: The side of the kernel.
    ///   - padding: The rows and columns of zeros on every side.
    ///   - team: The threads that share the work.
    /// - Returns: `[row][column][channel][output]`, empty without images.
    /// - Precondition: The shapes are those of such a convolution, the same for all images.
    package static func filterGradient(
        of outputs: [Tensor], at inputs: [Tensor], kernel: Int, padding: Int, team: ImageTeam
    ) -> [Float] {
        guard let output = outputs.first?.shape, let input = inputs.first?.shape else { return [] }
        precondition(outputs.count == inputs.count, "an output gradient for each image")
        precondition(
            outputs.allSatisfy { $0.shape == output } && inputs.allSatisfy { $0.shape == input }
                && output.height == input.height + 2 * padding - kernel + 1
                && output.width == input.width + 2 * padding - kernel + 1,
            "the gradients are not those of such a convolution")
        let ranges = Swift.stride(from: 0, to: input.channels, by: channelsAtOnce).map { first in
            first..<min(first + channelsAtOnce, input.channels)
        }
        return team.map(kernel * kernel * ranges.count) { part in
            let (place, range) = part.quotientAndRemainder(dividingBy: ranges.count)
            let window = GradientWindow(
                row: place / kernel - padding, column: place % kernel - padding, channels: ranges[range],
                output: output)
            var sums = [Float](repeating: 0, count: ranges[range].count * output.channels)
            let gathered = FloatBuffer(count: output.pixels * ranges[range].count)
            sums.withUnsafeMutableBufferPointer { sums in
                guard let sums = sums.baseAddress else { return }
                for (output, input) in zip(outputs, inputs) {
                    window.gather(from: input, into: gathered.floats)
                    window.multiply(gathered.floats, by: output, addingTo: sums)
                }
            }
            return sums
        }.flatMap(\.self)
    }

    private static let channelsAtOnce = 512
}

/// What one place of the kernel sees of the inputs, a few channels of it.
private struct GradientWindow {
    /// Where the window's first row and column lie on the input; negative in the padding.
    let row: Int
    let column: Int
    let channels: Range<Int>
    let output: Shape

    /// Copies the window, zeros where it lies in the padding.
    func gather(from input: Tensor, into gathered: UnsafeMutablePointer<Float>) {
        let shape = input.shape
        input.withUnsafeBufferPointer { input in
            guard let input = input.baseAddress else { return }
            var place = gathered
            for y in row..<row + output.height {
                for x in column..<column + output.width {
                    if y >= 0, y < shape.height, x >= 0, x < shape.width {
                        let pixel = input + ((y &* shape.width &+ x) &* shape.channels &+ channels.lowerBound)
                        place.update(from: pixel, count: channels.count)
                    } else {
                        place.update(repeating: 0, count: channels.count)
                    }
                    place += channels.count
                }
            }
        }
    }

    func multiply(
        _ gathered: UnsafePointer<Float>, by gradient: Tensor, addingTo sums: UnsafeMutablePointer<Float>
    ) {
        gradient.withUnsafeBufferPointer { gradient in
            guard let gradient = gradient.baseAddress else { return }
            OpenBLAS.multiplyTransposed(
                gathered, stride: channels.count, by: gradient, stride: output.channels, addingTo: sums,
                stride: output.channels, rows: channels.count, depth: output.pixels, columns: output.channels)
        }
    }
}
