/// The three transforms of F(4x4, 3x3) with the points 0, ±a, ±b and ∞.
///
/// With a = 5/8 and b = 3/2 the rounding error is a quarter of that with the textbook's 1 and 2, and all constants are exact
/// in float32. Along one axis, with q = a²b² and s = a² + b²:
///
///     Bᵀ = | q    0    -s    0   1  0 |    Aᵀ = | 1  1   1   1   1  0 |    G = | 1/q             0     0    |
///          | 0  -ab²  -b²    a   1  0 |         | 0  a  -a   b  -b  0 |        | 1/f(a)    ±a/f(a)  a²/f(a) |
///          | 0   ab²  -b²   -a   1  0 |         | 0  a²  a²  b²  b² 0 |        | 1/f(b)    ±b/f(b)  b²/f(b) |
///          | 0  -a²b  -a²    b   1  0 |         | 0  a³ -a³  b³ -b³ 1 |        | 0               0     1    |
///          | 0   a²b  -a²   -b   1  0 |
///          | 0    q     0   -s   0  1 |    f(a) = 2a²(a² − b²), f(b) = 2b²(b² − a²)
enum WinogradTransform {
    private static let a: Float = 0.625
    private static let b: Float = 1.5
    private static let a2 = a * a
    private static let b2 = b * b
    private static let a3 = a * a * a
    private static let b3 = b * b * b
    private static let q = a2 * b2
    private static let s = a2 + b2

    /// U = G g Gᵀ for every pair of channels, computed in double precision and rounded once.
    ///
    /// One packed matrix of `[input channel][output channel]` for each point.
    static func filter(_ filter: Filter) -> FloatBuffer {
        let (a, b) = (Double(Self.a), Double(Self.b))
        let fa: Double = 2 * a * a * (a * a - b * b)
        let fb: Double = 2 * b * b * (b * b - a * a)
        let g: [(Double, Double, Double)] = [
            (1 / (a * a * b * b), 0, 0), (1 / fa, a / fa, a * a / fa), (1 / fa, -a / fa, a * a / fa),
            (1 / fb, b / fb, b * b / fb), (1 / fb, -b / fb, b * b / fb), (0, 0, 1),
        ]
        let (inputs, outputs) = (filter.inputChannels, filter.outputChannels)
        let plane = PanelProduct.packedCount(depth: inputs, columns: outputs)
        let result = FloatBuffer(count: 36 * plane)
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
        return result
    }

    /// How many floats of scratch a transform needs.
    static let scratchCount = 36 * 16

    /// V = Bᵀ d B for the 6x6 pixels d of one tile.
    ///
    /// Works on one cache line of channels at a time; writes up to 15 floats past the channels.
    static func input(
        _ pixels: UnsafePointer<UnsafePointer<Float>>, _ destination: UnsafeMutablePointer<Float>, _ planeStride: Int,
        channels: Int, scratch: UnsafeMutablePointer<Float>
    ) {
        var channel = 0
        while channel < channels {
            for column in 0..<6 {
                for half in 0..<2 {
                    let offset = channel &+ half &* 8
                    let t = input(
                        load(pixels[column] + offset), load(pixels[column &+ 6] + offset),
                        load(pixels[column &+ 12] + offset), load(pixels[column &+ 18] + offset),
                        load(pixels[column &+ 24] + offset), load(pixels[column &+ 30] + offset))
                    let line = scratch + (column &* 16 &+ half &* 8)
                    store(t.0, line)
                    store(t.1, line + 96)
                    store(t.2, line + 192)
                    store(t.3, line + 288)
                    store(t.4, line + 384)
                    store(t.5, line + 480)
                }
            }
            for row in 0..<6 {
                for half in 0..<2 {
                    let line = scratch + (row &* 96 &+ half &* 8)
                    let t = input(
                        load(line), load(line + 16), load(line + 32), load(line + 48), load(line + 64), load(line + 80))
                    let plane = destination + (row &* 6 &* planeStride &+ channel &+ half &* 8)
                    store(t.0, plane)
                    store(t.1, plane + planeStride)
                    store(t.2, plane + planeStride &* 2)
                    store(t.3, plane + planeStride &* 3)
                    store(t.4, plane + planeStride &* 4)
                    store(t.5, plane + planeStride &* 5)
                }
            }
            channel &+= 16
        }
    }

    /// Y = Aᵀ M A for the sums M of one tile, with bias and activation, into the rows and columns that lie on the map.
    static func output(
        _ sums: UnsafePointer<Float>, _ planeStride: Int, _ corner: UnsafeMutablePointer<Float>, rowStride: Int,
        channels: Int, rows: Int, columns: Int, _ outputPass: OutputPass, scratch: UnsafeMutablePointer<Float>
    ) {
        var channel = 0
        while channel < channels {
            for column in 0..<6 {
                let point = sums + (column &* planeStride &+ channel)
                let t = output(
                    load(point), load(point + planeStride &* 6), load(point + planeStride &* 12),
                    load(point + planeStride &* 18), load(point + planeStride &* 24), load(point + planeStride &* 30))
                let line = scratch + column &* 8
                store(t.0, line)
                store(t.1, line + 48)
                store(t.2, line + 96)
                store(t.3, line + 144)
            }
            for row in 0..<rows {
                let line = scratch + row &* 48
                let t = output(
                    load(line), load(line + 8), load(line + 16), load(line + 24), load(line + 32), load(line + 40))
                let pixel = corner + (row &* rowStride &+ channel)
                let count = min(8, channels &- channel)
                put(outputPass(t.0, channel), pixel, count)
                if columns > 1 { put(outputPass(t.1, channel), pixel + channels, count) }
                if columns > 2 { put(outputPass(t.2, channel), pixel + channels &* 2, count) }
                if columns > 3 { put(outputPass(t.3, channel), pixel + channels &* 3, count) }
            }
            channel &+= 8
        }
    }

    /// Bᵀ d along one axis.
    @inline(__always)
    private static func input(
        _ d0: SIMD8<Float>, _ d1: SIMD8<Float>, _ d2: SIMD8<Float>, _ d3: SIMD8<Float>, _ d4: SIMD8<Float>,
        _ d5: SIMD8<Float>
    ) -> (SIMD8<Float>, SIMD8<Float>, SIMD8<Float>, SIMD8<Float>, SIMD8<Float>, SIMD8<Float>) {
        let u = d4.addingProduct(d2, -b2)
        let v = d3.addingProduct(d1, -b2)
        let w = d4.addingProduct(d2, -a2)
        let z = d3.addingProduct(d1, -a2)
        return (
            d4.addingProduct(d2, -s).addingProduct(d0, q),
            u.addingProduct(v, a), u.addingProduct(v, -a), w.addingProduct(z, b), w.addingProduct(z, -b),
            d5.addingProduct(d3, -s).addingProduct(d1, q)
        )
    }

    /// Aᵀ m along one axis.
    @inline(__always)
    private static func output(
        _ m0: SIMD8<Float>, _ m1: SIMD8<Float>, _ m2: SIMD8<Float>, _ m3: SIMD8<Float>, _ m4: SIMD8<Float>,
        _ m5: SIMD8<Float>
    ) -> (SIMD8<Float>, SIMD8<Float>, SIMD8<Float>, SIMD8<Float>) {
        let p = m1 + m2
        let d = m1 - m2
        let r = m3 + m4
        let t = m3 - m4
        return (
            m0 + p + r, (d * a).addingProduct(t, b), (p * a2).addingProduct(r, b2),
            m5.addingProduct(d, a3).addingProduct(t, b3)
        )
    }

    /// Writes the first channels of a vector, all eight except at the end of a pixel.
    @inline(__always)
    private static func put(_ vector: SIMD8<Float>, _ pixel: UnsafeMutablePointer<Float>, _ count: Int) {
        if count == 8 { return store(vector, pixel) }
        for lane in 0..<count { pixel[lane] = vector[lane] }
    }
}
