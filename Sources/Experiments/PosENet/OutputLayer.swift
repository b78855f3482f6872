import Foundation

/// The last layer of a readout: a convolution to one channel, batch norm and the logistic function.
///
///     y = b + Σ w ∗ F        convolution of the maps F
///     z = γ (y − μ) / √(σ² + ε) + β
///     p = 1 / (1 + exp(−z))
package struct OutputLayer: Hashable, Sendable {
    package let channels: Int
    package let kernel: Int
    package let padding: Int
    /// Side of the maps that it reads.
    package let side: Int

    /// The filters, channel by channel with the places of the kernel innermost; then b, γ and β.
    ///
    /// One array, because weight decay and momentum treat them alike.
    package var parameters: [Float]
    /// μ and σ² as they are used outside training, averaged over the steps.
    package var runningMean: Float = 0
    package var runningVariance: Float = 1

    static let epsilon: Float = 1e-5

    /// A layer as it is before training: Xavier-uniform filters, zero bias, γ = 1 and β = 0.
    ///
    /// - Parameters:
    ///   - number: The layer's number in its readout, from 0, which names the stream that the filters are drawn from.
    ///   - settings: The kernel and the padding.
    ///   - channels: The channels of the maps that it reads.
    ///   - side: Their side.
    ///   - seed: Draws the filters.
    init(number: Int, _ settings: PosENetSettings, channels: Int, side: Int, seed: Int) {
        self.channels = channels
        kernel = settings.kernel
        padding = settings.padding
        self.side = side
        let places = settings.kernel * settings.kernel
        let filter = xavierUniform(
            name: "posenet.\(number).weight", seed: seed, count: channels * places,
            fanIn: channels * places, fanOut: places)
        parameters = filter + [0, 1, 0]
    }

    /// How many products of feature and filter meet in one output, per channel: the columns of its projection.
    package var columns: Int { kernel * kernel }
    /// Side of the map that it predicts, before the map is resized to the target.
    package var outputSide: Int { side + 2 * padding - kernel + 1 }

    var bias: Float { parameters[channels * columns] }
    var scale: Float { parameters[channels * columns + 1] }
    var shift: Float { parameters[channels * columns + 2] }

    /// The convolution's output, from the features projected onto each place of the kernel.
    ///
    /// Projecting first and shifting afterwards is the convolution without its lowering: every feature is read once,
    /// whatever the kernel.
    ///
    /// - Parameters:
    ///   - projected: For each position of the features, row by row, the columns of all stacked readouts.
    ///   - first: This readout's first column.
    ///   - stride: How many columns all readouts have together.
    /// - Returns: `outputSide · outputSide` values, row by row.
    func convolved(_ projected: [Float], first: Int, stride: Int) -> [Float] {
        var output = [Float](repeating: bias, count: outputSide * outputSide)
        forEachPixel { pixel, outputs, places in
            var source = pixel * stride + first + places.lowerBound
            // Ascending places are descending outputs of one row, and every output is the sum over its places in order.
            var target = outputs
            for _ in places {
                output[target] += projected[source]
                source += 1
                target -= 1
            }
        }
        return output
    }

    /// Spreads what the loss changes by, per unit of the convolution's output, over the columns of the projection.
    func spread(_ gradient: [Float], first: Int, stride: Int, into projected: inout [Float]) {
        forEachPixel { pixel, outputs, places in
            var target = pixel * stride + first + places.lowerBound
            var source = outputs
            for _ in places {
                projected[target] = gradient[source]
                target += 1
                source -= 1
            }
        }
    }

    /// Takes the mean and variance of a batch into the averages, with weight 0.1.
    mutating func average(mean: Float, variance: Float) {
        runningMean += 0.1 * (mean - runningMean)
        runningVariance += 0.1 * (variance - runningVariance)
    }

    /// The predicted map, `outputSide · outputSide` values in [0, 1], with the averaged μ and σ².
    func predicted(_ projected: [Float], first: Int, stride: Int) -> [Float] {
        let factor = scale / (runningVariance + Self.epsilon).squareRoot()
        return convolved(projected, first: first, stride: stride).map { value in
            sigmoid(factor * (value - runningMean) + shift)
        }
    }

    /// Calls `body` for each pixel of the maps and each row of the kernel under which outputs use it.
    ///
    /// A pixel's columns lie side by side, and the outputs are few enough to stay in the innermost cache: pixel by pixel is
    /// faster than place by place.
    ///
    /// - Parameter body: Receives the pixel, the output that uses it at the first of some neighbouring places of the kernel (the
    ///   next one is used by the output to the left), and these places.
    private func forEachPixel(_ body: (_ pixel: Int, _ output: Int, _ places: Range<Int>) -> Void) {
        let outputSide = outputSide
        /// The offsets in the kernel at which an output on the map uses a line.
        func offsets(at line: Int) -> Range<Int> {
            let first = max(0, line + padding - outputSide + 1)
            return first..<max(first, min(kernel, line + padding + 1))
        }
        for row in 0..<side {
            for column in 0..<side {
                let columns = offsets(at: column)
                for place in offsets(at: row) {
                    let output = (row + padding - place) * outputSide + column + padding - columns.lowerBound
                    body(
                        row * side + column, output,
                        place * kernel + columns.lowerBound..<place * kernel + columns.upperBound)
                }
            }
        }
    }
}

/// The logistic function.
func sigmoid(_ value: Float) -> Float {
    1 / (1 + exp(-value))
}
