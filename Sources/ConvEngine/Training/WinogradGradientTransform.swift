/// The transforms by which the gradient of a 3x3 filter becomes a product for each point.
///
/// The forward pass is `Y = Aᵀ [ (G g Gᵀ) ⊙ (Bᵀ d B) ] A` with the matrices of ``WinogradFilter``. Its gradient by the filter
/// is therefore, summed over tiles before the last transform,
///
///     V = Bᵀ d B        D = A ∂Y Aᵀ        ∂U = Σ tiles  V ⊗ D        ∂g = Gᵀ ∂U G
enum WinogradGradientTransform {
    /// ∂g = Gᵀ ∂U G for eight outputs at a time.
    ///
    /// - Parameters:
    ///   - points: The 36 points of ∂U, row-major.
    ///   - gradient: The nine places of the kernel, row-major.
    ///   - scratch: Eighteen vectors.
    static func filter(
        _ points: UnsafePointer<SIMD8<Double>>, _ gradient: UnsafeMutablePointer<SIMD8<Double>>,
        scratch: UnsafeMutablePointer<SIMD8<Double>>
    ) {
        for column in 0..<6 {
            let t = filter(
                points[column], points[column &+ 6], points[column &+ 12], points[column &+ 18], points[column &+ 24],
                points[column &+ 30])
            scratch[column] = t.0
            scratch[column &+ 6] = t.1
            scratch[column &+ 12] = t.2
        }
        for row in 0..<3 {
            let line = scratch + row &* 6
            let t = filter(line[0], line[1], line[2], line[3], line[4], line[5])
            gradient[row &* 3] = t.0
            gradient[row &* 3 &+ 1] = t.1
            gradient[row &* 3 &+ 2] = t.2
        }
    }

    /// Gᵀ u along one axis.
    @inline(__always)
    private static func filter(
        _ u0: SIMD8<Double>, _ u1: SIMD8<Double>, _ u2: SIMD8<Double>, _ u3: SIMD8<Double>, _ u4: SIMD8<Double>,
        _ u5: SIMD8<Double>
    ) -> (SIMD8<Double>, SIMD8<Double>, SIMD8<Double>) {
        let (a, b) = (0.625, 1.5)
        let fa: Double = 1 / (2 * a * a * (a * a - b * b))
        let fb: Double = 1 / (2 * b * b * (b * b - a * a))
        let (even, odd) = ((u1 + u2) * fa, (u1 - u2) * fa)
        let (evenOfB, oddOfB) = ((u3 + u4) * fb, (u3 - u4) * fb)
        let upper = even + evenOfB + u0 * (1 / (a * a * b * b))
        let lower = u5 + evenOfB * (b * b) + even * (a * a)
        return (upper, oddOfB * b + odd * a, lower)
    }
}
