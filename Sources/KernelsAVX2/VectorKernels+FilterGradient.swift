package import KernelInterface

private typealias Doubles = SIMD8<Double>

extension VectorKernels {
    package static func transformFilterGradient(_ sums: FilterGradientSums, into gradient: UnsafeMutablePointer<Float>)
    {
        withUnsafeTemporaryAllocation(of: Doubles.self, capacity: 18 + 9) { vectors in
            guard let scratch = vectors.baseAddress else { return }
            let taps = scratch + 18
            for column in 0..<6 {
                let t = filter(
                    total(sums, column), total(sums, column &+ 6), total(sums, column &+ 12), total(sums, column &+ 18),
                    total(sums, column &+ 24), total(sums, column &+ 30))
                (scratch[column], scratch[column &+ 6], scratch[column &+ 12]) = t
            }
            for row in 0..<3 {
                let line = scratch + row &* 6
                let t = filter(line[0], line[1], line[2], line[3], line[4], line[5])
                (taps[row &* 3], taps[row &* 3 &+ 1], taps[row &* 3 &+ 2]) = t
            }
            for lane in 0..<sums.outputs {
                let place = gradient + lane &* sums.outputStride
                for tap in 0..<9 { place[tap] = Float(taps[tap][lane]) }
            }
        }
    }

    /// The sums of up to eight outputs at a point over all chunks.
    @inline(__always)
    private static func total(_ sums: FilterGradientSums, _ point: Int) -> Doubles {
        let place = sums.place &+ point &* sums.pointStride
        var total = Doubles()
        for chunk in 0..<sums.count {
            let floats = sums.chunks[chunk] + place
            if sums.outputs == 8 {
                total += Doubles(UnsafeRawPointer(floats).loadUnaligned(as: SIMD8<Float>.self))
            } else {
                for lane in 0..<sums.outputs { total[lane] += Double(floats[lane]) }
            }
        }
        return total
    }

    /// Gᵀ u along one axis.
    @inline(__always)
    private static func filter(
        _ u0: Doubles, _ u1: Doubles, _ u2: Doubles, _ u3: Doubles, _ u4: Doubles,
        _ u5: Doubles
    ) -> (Doubles, Doubles, Doubles) {
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
