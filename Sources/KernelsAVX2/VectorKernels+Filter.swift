private typealias Doubles = SIMD8<Double>

private let a = 0.625
private let b = 1.5
private let f0: Double = 1 / (a * a * b * b)
private let fa: Double = 2 * a * a * (a * a - b * b)
private let fb: Double = 2 * b * b * (b * b - a * a)

extension VectorKernels {
    package static func transformFilter(
        _ weights: UnsafePointer<Float>, stride: Int, outputs: Int, into planes: UnsafeMutablePointer<Float>,
        planeStride: Int
    ) {
        var (w0, w1, w2) = (Doubles(), Doubles(), Doubles())
        var (w3, w4, w5) = (Doubles(), Doubles(), Doubles())
        var (w6, w7, w8) = (Doubles(), Doubles(), Doubles())
        for lane in 0..<outputs {
            let w = weights + lane &* stride
            (w0[lane], w1[lane], w2[lane]) = (Double(w[0]), Double(w[1]), Double(w[2]))
            (w3[lane], w4[lane], w5[lane]) = (Double(w[3]), Double(w[4]), Double(w[5]))
            (w6[lane], w7[lane], w8[lane]) = (Double(w[6]), Double(w[7]), Double(w[8]))
        }
        let (left, middle, right) = (FilterLine(w0, w3, w6), FilterLine(w1, w4, w7), FilterLine(w2, w5, w8))
        FilterLine(left.v0, middle.v0, right.v0).store(to: planes, stride: planeStride)
        FilterLine(left.v1, middle.v1, right.v1).store(to: planes + planeStride &* 6, stride: planeStride)
        FilterLine(left.v2, middle.v2, right.v2).store(to: planes + planeStride &* 12, stride: planeStride)
        FilterLine(left.v3, middle.v3, right.v3).store(to: planes + planeStride &* 18, stride: planeStride)
        FilterLine(left.v4, middle.v4, right.v4).store(to: planes + planeStride &* 24, stride: planeStride)
        FilterLine(left.v5, middle.v5, right.v5).store(to: planes + planeStride &* 30, stride: planeStride)
    }
}

/// G g along one axis: three weights of eight outputs at six points.
private struct FilterLine {
    let v0: Doubles
    let v1: Doubles
    let v2: Doubles
    let v3: Doubles
    let v4: Doubles
    let v5: Doubles

    @inline(__always)
    init(_ upper: Doubles, _ middle: Doubles, _ lower: Doubles) {
        let (p, m, l) = (upper * (1 / fa), middle * (a / fa), lower * (a * a / fa))
        let (r, n, k) = (upper * (1 / fb), middle * (b / fb), lower * (b * b / fb))
        v0 = upper * f0
        v1 = p + m + l
        v2 = p - m + l
        v3 = r + n + k
        v4 = r - n + k
        v5 = lower
    }

    @inline(__always)
    func store(to floats: UnsafeMutablePointer<Float>, stride: Int) {
        put(v0, floats)
        put(v1, floats + stride)
        put(v2, floats + stride &* 2)
        put(v3, floats + stride &* 3)
        put(v4, floats + stride &* 4)
        put(v5, floats + stride &* 5)
    }

    @inline(__always)
    private func put(_ value: Doubles, _ floats: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(floats).storeBytes(of: SIMD8<Float>(value), as: SIMD8<Float>.self)
    }
}
