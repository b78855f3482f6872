internal import KernelInterface

/// U = G g Gᵀ: a filter of 3x3 weights at the 36 points of F(4x4, 3x3).
///
/// The points along one axis are 0, ±a, ±b and ∞. With a = 5/8 and b = 3/2 the rounding error is a quarter of that with the
/// textbook's 1 and 2, and all constants are exact in float32. Along one axis, with q = a²b² and s = a² + b²:
///
///     Bᵀ = | q    0    -s    0   1  0 |    Aᵀ = | 1  1   1   1   1  0 |    G = | 1/q             0     0    |
///          | 0  -ab²  -b²    a   1  0 |         | 0  a  -a   b  -b  0 |        | 1/f(a)    ±a/f(a)  a²/f(a) |
///          | 0   ab²  -b²   -a   1  0 |         | 0  a²  a²  b²  b² 0 |        | 1/f(b)    ±b/f(b)  b²/f(b) |
///          | 0  -a²b  -a²    b   1  0 |         | 0  a³ -a³  b³ -b³ 1 |        | 0               0     1    |
///          | 0   a²b  -a²   -b   1  0 |
///          | 0    q     0   -s   0  1 |    f(a) = 2a²(a² − b²), f(b) = 2b²(b² − a²)
struct WinogradFilter: Sendable {
    private let inputs: Int
    private let outputs: Int
    /// For each point a packed matrix of `[input channel][output channel]`.
    private let planes: FloatBuffer

    private var planeCount: Int { PackedMatrix.count(depth: inputs, columns: outputs) }

    /// Multiplies the transformed inputs of some tiles with the filter at one point.
    func multiply(
        _ tiles: UnsafePointer<Float>, stride: Int, at point: Int, into sums: UnsafeMutablePointer<Float>,
        stride sumStride: Int, rows: Int, columns: Range<Int>
    ) {
        // Whole panels: the sums have room for them, and the kernels would have to take care at the last.
        let end = PackedMatrix.padded(columns.upperBound)
        Processor.kernels.multiply(
            PackedProduct(
                left: tiles, leftStride: stride,
                packed: planes.floats + (point &* planeCount &+ columns.lowerBound &* inputs), product: sums,
                productStride: sumStride, rows: rows, depth: inputs, columns: end - columns.lowerBound))
    }

    /// Transforms a filter in double precision and rounds once.
    ///
    /// - Parameters:
    ///   - filter: The filter.
    ///   - team: Threads that share the output channels; for weights in training, which are transformed at every step.
    init(_ filter: Filter, team: ImageTeam? = nil) {
        (inputs, outputs) = (filter.inputChannels, filter.outputChannels)
        planes = FloatBuffer(count: 36 * PackedMatrix.count(depth: inputs, columns: outputs))
        let panels = PackedMatrix.padded(outputs) / 16
        let transform = self
        if let team {
            team.forEach(panels) { transform.fill(panel: $0, from: filter) }
        } else {
            for panel in 0..<panels { transform.fill(panel: panel, from: filter) }
        }
    }

    /// Transforms sixteen outputs, those that are not there as zeros.
    private func fill(panel: Int, from filter: Filter) {
        filter.values.withUnsafeBufferPointer { values in
            guard let values = values.baseAddress else { return }
            for half in 0..<2 {
                let first = panel * 16 + half * 8
                let present = min(8, max(0, outputs - first))
                for input in 0..<inputs {
                    let place = planes.floats + ((panel &* inputs &+ input) &* 16 &+ half &* 8)
                    Processor.kernels.transformFilter(
                        values + ((present > 0 ? first : 0) &* inputs &+ input) &* 9, stride: inputs &* 9,
                        outputs: present, into: place, planeStride: planeCount)
                }
            }
        }
    }
}
