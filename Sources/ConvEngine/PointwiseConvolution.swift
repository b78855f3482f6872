internal import KernelInterface

/// A 1x1 kernel with stride 1: one matrix product on the maps as they lie.
struct PointwiseConvolution: Sendable {
    /// `[input channel][output channel]`.
    private let weights: PackedMatrix

    /// Pixels that stay in the second-level cache while all weights pass over them.
    static let pixelsAtOnce = 96

    init(filter: Filter) {
        let inputs = filter.inputChannels
        weights = filter.values.withUnsafeBufferPointer { values in
            PackedMatrix(depth: inputs, columns: filter.outputChannels) { input, output in
                values[output &* inputs &+ input]
            }
        }
    }

    func callAsFunction(_ pass: ConvolutionPass, _ part: WorkPart) {
        let (depth, columns) = (weights.depth, weights.columns)
        for first in stride(from: part.places.lowerBound, to: part.places.upperBound, by: Self.pixelsAtOnce) {
            weights.multiply(
                pass.input + first * depth, stride: depth, into: pass.output + first * columns, stride: columns,
                rows: min(Self.pixelsAtOnce, part.places.upperBound - first), columns: part.channels,
                finish: pass.finish.movedResidual(by: first * columns))
        }
    }
}
