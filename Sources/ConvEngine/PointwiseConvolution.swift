/// A 1x1 kernel with stride 1: one matrix product on the maps as they lie.
struct PointwiseConvolution: Sendable {
    /// `[input channel][output channel]`.
    private let weights: FloatBuffer
    private let outputPass: OutputPass

    init(filter: Filter, outputPass: OutputPass) {
        self.outputPass = outputPass
        weights = FloatBuffer(count: filter.values.count)
        for input in 0..<filter.inputChannels {
            for output in 0..<filter.outputChannels {
                weights.floats[input * filter.outputChannels + output] = filter[output, input, 0, 0]
            }
        }
    }

    func callAsFunction(
        _ input: UnsafePointer<Float>, _ inputShape: Shape, _ output: UnsafeMutablePointer<Float>, _ outputShape: Shape
    ) {
        let depth = inputShape.channels
        let columns = outputShape.channels
        // As many rows as keep their sums in the second-level cache until the output pass. A block ends with its image: the
        // library rounds a product of other rows differently, and an image must not depend on its neighbours.
        let block = max(192, (1 << 17) / columns)
        for image in 0..<outputShape.images {
            for first in Swift.stride(from: 0, to: outputShape.pixels, by: block) {
                let rows = min(block, outputShape.pixels - first)
                let pixel = image * outputShape.pixels + first
                let sums = output + pixel * columns
                OpenBLAS.multiply(
                    input + pixel * depth, stride: depth, by: weights.floats, stride: columns, into: sums,
                    stride: columns, rows: rows, depth: depth, columns: columns)
                outputPass.apply(to: rows, at: sums)
            }
        }
    }
}
