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
    init(_ filter: Filter) {
        let (a, b) = (0.625, 1.5)
        let fa: Double = 2 * a * a * (a * a - b * b)
        let fb: Double = 2 * b * b * (b * b - a * a)
        let g: [(Double, Double, Double)] = [
            (1 / (a * a * b * b), 0, 0), (1 / fa, a / fa, a * a / fa), (1 / fa, -a / fa, a * a / fa),
            (1 / fb, b / fb, b * b / fb), (1 / fb, -b / fb, b * b / fb), (0, 0, 1),
        ]
        let (inputs, outputs) = (filter.inputChannels, filter.outputChannels)
        (self.inputs, self.outputs) = (inputs, outputs)
        let plane = PackedMatrix.count(depth: inputs, columns: outputs)
        let result = FloatBuffer(count: 36 * plane)
        planes = result
        // The columns that are not there.
        result.floats.initialize(repeating: 0, count: 36 * plane)
        var rows = [Double](repeating: 0, count: 18)
        filter.values.withUnsafeBufferPointer { values in
            guard let values = values.baseAddress else { return }
            rows.withUnsafeMutableBufferPointer { rows in
                for output in 0..<outputs {
                    for input in 0..<inputs {
                        let first = (output &* inputs &+ input) &* 9
                        for (row, factors) in g.enumerated() {
                            for column in 0..<3 {
                                let weight = values + (first &+ column)
                                let upper: Double = factors.0 * Double(weight[0])
                                let middle: Double = factors.1 * Double(weight[3])
                                let lower: Double = factors.2 * Double(weight[6])
                                rows[row &* 3 &+ column] = upper + middle + lower
                            }
                        }
                        let offset: Int = (output / 16 &* inputs &+ input) &* 16 &+ output % 16
                        var place = result.floats + offset
                        for row in 0..<6 {
                            let (x, y, z) = (rows[row &* 3], rows[row &* 3 &+ 1], rows[row &* 3 &+ 2])
                            for factors in g {
                                let sum: Double = factors.0 * x + factors.1 * y + factors.2 * z
                                place.pointee = Float(sum)
                                place += plane
                            }
                        }
                    }
                }
            }
        }
    }
}
