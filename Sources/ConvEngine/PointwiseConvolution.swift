/// A 1x1 kernel with stride 1: one matrix product on the maps as they lie.
///
/// Runs over all images at once, for the packed product gives an image the same bits whatever stands beside it.
struct PointwiseConvolution: Sendable {
    /// One packed matrix of `[input channel][output channel]`.
    private let weights: FloatBuffer
    private let outputPass: OutputPass

    /// Pixels that stay in the second-level cache while all panels of weights pass over them.
    private static let pixelsAtOnce = 96

    /// Whether the packed product writes so many columns and no more.
    static func suits(_ filter: Filter) -> Bool { filter.outputChannels.isMultiple(of: 16) }

    /// - Precondition: The filter ``suits(_:)``.
    init(filter: Filter, outputPass: OutputPass) {
        self.outputPass = outputPass
        let (inputs, outputs) = (filter.inputChannels, filter.outputChannels)
        weights = FloatBuffer(count: PanelProduct.packedCount(depth: inputs, columns: outputs))
        filter.values.withUnsafeBufferPointer { values in
            PanelProduct.pack(depth: inputs, columns: outputs, into: weights.floats) { input, output in
                values[output &* inputs &+ input]
            }
        }
    }

    func callAsFunction(
        _ input: UnsafePointer<Float>, _ inputShape: Shape, _ output: UnsafeMutablePointer<Float>, _ outputShape: Shape
    ) {
        let (depth, columns) = (inputShape.channels, outputShape.channels)
        // Rows a power of two apart would all fall into a few sets of the cache.
        let rowStride = depth + 16
        let scratch = FloatBuffer(count: Self.pixelsAtOnce * rowStride)
        let pixels = outputShape.images * outputShape.pixels
        for first in stride(from: 0, to: pixels, by: Self.pixelsAtOnce) {
            let rows = min(Self.pixelsAtOnce, pixels - first)
            for row in 0..<rows {
                (scratch.floats + row &* rowStride).update(from: input + (first &+ row) &* depth, count: depth)
            }
            let sums = output + first * columns
            PanelProduct.multiply(
                scratch.floats, stride: rowStride, by: weights.floats, into: sums, stride: columns, rows: rows,
                depth: depth, panels: columns / 16)
            outputPass.apply(to: rows, at: sums)
        }
    }
}
