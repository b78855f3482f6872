/// Up to six rows by sixteen columns of a matrix product, in twelve vector registers.
///
/// Each element is `Σ k  left[row, k] · right[k, column]` with k ascending, one fused multiply-add after the other. It so
/// depends on nothing but its own row and column: not on how many others there are, and not on its place among them.
struct MatrixStrip {
    /// How many rows and columns one strip has.
    static let rows = 6
    static let columns = 16

    /// The left matrix: distance between two rows, and between two values of a row.
    let leftRowStride: Int
    let leftStep: Int
    /// The right matrix: distance between two rows, of which sixteen values are read.
    let rightStride: Int
    /// Distance between two rows of the product.
    let productStride: Int

    /// Computes one strip, or adds to it.
    ///
    /// Rows that are not there are computed as copies of the last one, which needs no second kernel.
    ///
    /// - Precondition: `1...6` rows; `depth` values of each are there, as are sixteen columns of the right matrix and of
    ///   the product.
    @inline(__always)
    func multiply(
        _ left: UnsafePointer<Float>, _ right: UnsafePointer<Float>, _ product: UnsafeMutablePointer<Float>,
        rows: Int, depth: Int, adding: Bool
    ) {
        let last = rows &- 1
        let (r1, r2, r3, r4, r5) = (min(1, last), min(2, last), min(3, last), min(4, last), min(5, last))
        var (a0, a1, a2) = (left, left + r1 &* leftRowStride, left + r2 &* leftRowStride)
        var (a3, a4) = (left + r3 &* leftRowStride, left + r4 &* leftRowStride)
        var a5 = left + r5 &* leftRowStride
        let (p0, p1, p2) = (product, product + r1 &* productStride, product + r2 &* productStride)
        let (p3, p4, p5) = (
            product + r3 &* productStride, product + r4 &* productStride, product + r5 &* productStride
        )
        var (c00, c01, c10, c11) = (SIMD8<Float>(), SIMD8<Float>(), SIMD8<Float>(), SIMD8<Float>())
        var (c20, c21, c30, c31) = (c00, c00, c00, c00)
        var (c40, c41, c50, c51) = (c00, c00, c00, c00)
        if adding {
            (c00, c01, c10, c11) = (load(p0), load(p0 + 8), load(p1), load(p1 + 8))
            (c20, c21, c30, c31) = (load(p2), load(p2 + 8), load(p3), load(p3 + 8))
            (c40, c41, c50, c51) = (load(p4), load(p4 + 8), load(p5), load(p5 + 8))
        }
        var b = right
        for _ in 0..<depth {
            let (b0, b1) = (load(b), load(b + 8))
            let v0 = SIMD8(repeating: a0.pointee)
            (c00, c01) = (c00.addingProduct(v0, b0), c01.addingProduct(v0, b1))
            let v1 = SIMD8(repeating: a1.pointee)
            (c10, c11) = (c10.addingProduct(v1, b0), c11.addingProduct(v1, b1))
            let v2 = SIMD8(repeating: a2.pointee)
            (c20, c21) = (c20.addingProduct(v2, b0), c21.addingProduct(v2, b1))
            let v3 = SIMD8(repeating: a3.pointee)
            (c30, c31) = (c30.addingProduct(v3, b0), c31.addingProduct(v3, b1))
            let v4 = SIMD8(repeating: a4.pointee)
            (c40, c41) = (c40.addingProduct(v4, b0), c41.addingProduct(v4, b1))
            let v5 = SIMD8(repeating: a5.pointee)
            (c50, c51) = (c50.addingProduct(v5, b0), c51.addingProduct(v5, b1))
            b += rightStride
            (a0, a1, a2) = (a0 + leftStep, a1 + leftStep, a2 + leftStep)
            (a3, a4, a5) = (a3 + leftStep, a4 + leftStep, a5 + leftStep)
        }
        store(c00, c01, p0)
        store(c10, c11, p1)
        store(c20, c21, p2)
        store(c30, c31, p3)
        store(c40, c41, p4)
        store(c50, c51, p5)
    }

    @inline(__always)
    private func store(_ low: SIMD8<Float>, _ high: SIMD8<Float>, _ row: UnsafeMutablePointer<Float>) {
        ConvEngine.store(low, row)
        ConvEngine.store(high, row + 8)
    }
}
