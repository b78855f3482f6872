/// The loss of a readout's maps against a target, without ever forming the large maps.
///
/// The prediction is U p Uᵀ with the resize matrix U, so for a target T
///
///     ‖U p Uᵀ − T‖² = ⟨p, A p A⟩ − 2 ⟨p, B⟩ + ‖T‖²        A = UᵀU, B = UᵀTU
///
/// and both the loss and its gradient need only matrices of the small map's size.
struct FitTarget: Sendable {
    private let side: Int
    /// A, of which only the diagonal and its two neighbours are not zero: a large pixel has two small neighbours.
    private let gram: [Double]
    private let adjoint: [Double]
    private let squaredNorm: Double
    let pixels: Double

    init(_ target: [Float], resize: BilinearResize) {
        side = resize.small
        gram = resize.gram
        adjoint = resize.adjoint(target)
        squaredNorm = target.reduce(0) { sum, value in sum + Double(value) * Double(value) }
        pixels = Double(target.count)
    }

    /// The squared error of one map summed over the target's pixels, and its gradient for a mean over `images` images.
    func squaredError(of map: [Float], images: Int) -> (error: Double, gradient: [Float]) {
        let smoothed = multipliedByGram(map)
        var error = squaredNorm
        var gradient = [Float](repeating: 0, count: map.count)
        let factor = 2 / (Double(images) * pixels)
        for index in map.indices {
            error += Double(map[index]) * (smoothed[index] - 2 * adjoint[index])
            gradient[index] = Float(factor * (smoothed[index] - adjoint[index]))
        }
        return (error, gradient)
    }

    /// A p A.
    private func multipliedByGram(_ map: [Float]) -> [Double] {
        var wide = [Double](repeating: 0, count: map.count)
        for row in 0..<side {
            for column in 0..<side {
                for inner in neighbours(of: column) {
                    wide[row * side + column] += Double(map[row * side + inner]) * gram[inner * side + column]
                }
            }
        }
        var result = [Double](repeating: 0, count: map.count)
        for row in 0..<side {
            for inner in neighbours(of: row) {
                let weight = gram[row * side + inner]
                for column in 0..<side {
                    result[row * side + column] += weight * wide[inner * side + column]
                }
            }
        }
        return result
    }

    private func neighbours(of position: Int) -> ClosedRange<Int> {
        max(0, position - 1)...min(side - 1, position + 1)
    }
}
