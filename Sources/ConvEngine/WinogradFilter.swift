internal import KernelInterface

/// U = G g Gᵀ: a filter of 3x3 weights at the 36 points of F(4x4, 3x3).
///
/// The points along one axis are 0, ±a, ±b and ∞. With a = 5/8 and b = 3/2 the rounding error is a quarter of that with the
/// textbook's 1 and 2, and the transforms' constants are exact in float32. Along one axis, with q = a²b² and s = a² + b²:
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
    /// The weights as they are transformed: `[output / 16][input channel][tap][16]`, zeros for the outputs that are not there.
    ///
    /// Kept only where they are transformed again and again.
    private let taps: FloatBuffer?
    /// For each point a packed matrix of `[input channel][output channel]`.
    private let planes: FloatBuffer

    private var planeStride: Int { Self.planeStride(PackedMatrix.count(depth: inputs, columns: outputs)) }

    /// The extra floats keep the points off powers of two, where they would all fall into a few sets of the cache.
    private static func planeStride(_ count: Int) -> Int { count + 16 }

    /// Multiplies the transformed inputs of some tiles with the filter at all points.
    ///
    /// - Parameters:
    ///   - tiles: The transformed inputs.
    ///   - sums: Takes the products; its first column is the first of the range.
    ///   - rows: How many tiles there are.
    ///   - columns: The output channels; the first is a multiple of 32.
    func multiply(_ tiles: TilePlanes, into sums: TilePlanes, rows: Int, columns: Range<Int>) {
        // Whole panels: the sums have room for them, and the kernels would have to take care at the last.
        let columns = columns.lowerBound..<PackedMatrix.padded(columns.upperBound)
        if let taps, rows * inputs < Self.fewValues {
            multiplyTransforming(taps, tiles, into: sums, rows: rows, columns: columns)
            return
        }
        for point in 0..<36 {
            multiply(
                tiles, at: point, planes.floats + (point &* planeStride &+ columns.lowerBound &* inputs),
                into: sums.plane(point), sums.tileStride, rows: rows, columns: columns.count)
        }
    }

    /// With fewer values of tiles at a point it takes longer to read a weight's 36 values from memory than to make them of its
    /// nine.
    private static let fewValues = 1 << 13
    /// From so many values on, 8 MiB, the filters of a network do not stay in a cache from image to image.
    private static let manyValues = 1 << 21

    /// The same where each panel of the filter is transformed anew, just before it is needed.
    private func multiplyTransforming(
        _ taps: FloatBuffer, _ tiles: TilePlanes, into sums: TilePlanes, rows: Int, columns: Range<Int>
    ) {
        let pair = 32
        let stride = Self.planeStride(inputs * pair)
        let scratch = FloatBuffer(count: 36 * stride)
        for first in Swift.stride(from: columns.lowerBound, to: columns.upperBound, by: pair) {
            let panels = first / 16..<min(first + pair, columns.upperBound) / 16
            for panel in panels {
                let place = scratch.floats + (panel - panels.lowerBound) * inputs * 16
                transform(taps, panel: panel, into: place, planeStride: stride)
            }
            for point in 0..<36 {
                multiply(
                    tiles, at: point, scratch.floats + point * stride,
                    into: sums.plane(point) + (first - columns.lowerBound), sums.tileStride, rows: rows,
                    columns: panels.count * 16)
            }
        }
    }

    private func multiply(
        _ tiles: TilePlanes, at point: Int, _ packed: UnsafePointer<Float>, into product: UnsafeMutablePointer<Float>,
        _ productStride: Int, rows: Int, columns: Int
    ) {
        Processor.kernels.multiply(
            PackedProduct(
                left: tiles.plane(point), leftStride: tiles.tileStride, packed: packed, product: product,
                productStride: productStride, rows: rows, depth: inputs, columns: columns))
    }

    /// Transforms a filter.
    ///
    /// - Parameters:
    ///   - filter: The filter.
    ///   - team: Threads that share the output channels; for weights in training, which are transformed at every step.
    init(_ filter: Filter, team: ImageTeam? = nil) {
        (inputs, outputs) = (filter.inputChannels, filter.outputChannels)
        let panels = PackedMatrix.padded(outputs) / 16
        let taps = FloatBuffer(count: panels * inputs * 9 * 16)
        planes = FloatBuffer(
            count: 36 * Self.planeStride(PackedMatrix.count(depth: inputs, columns: outputs)))
        self.taps = planes.count >= Self.manyValues ? taps : nil
        let whole = self
        let prepare: @Sendable (Int) -> Void = { panel in
            whole.pack(panel, of: filter, into: taps)
            whole.transform(
                taps, panel: panel, into: whole.planes.floats + panel * whole.inputs * 16,
                planeStride: whole.planeStride)
        }
        if let team { team.forEach(panels, prepare) } else { (0..<panels).forEach(prepare) }
    }

    /// Lays sixteen outputs' weights side by side.
    private func pack(_ panel: Int, of filter: Filter, into taps: FloatBuffer) {
        let place = taps.floats + panel * inputs * 144
        let present = min(16, outputs - panel * 16)
        filter.values.withUnsafeBufferPointer { values in
            guard let values = values.baseAddress else { return }
            for lane in 0..<16 {
                let weights = values + (panel &* 16 &+ lane) &* inputs &* 9
                for index in 0..<inputs &* 9 { place[index &* 16 &+ lane] = lane < present ? weights[index] : 0 }
            }
        }
    }

    /// Transforms sixteen outputs' weights.
    private func transform(
        _ taps: FloatBuffer, panel: Int, into planes: UnsafeMutablePointer<Float>, planeStride: Int
    ) {
        let kernels = Processor.kernels
        let first = taps.floats + panel &* inputs &* 144
        for input in 0..<inputs {
            kernels.transformFilter(
                first + input &* 144, into: planes + input &* 16, planeStride: planeStride)
        }
    }
}
