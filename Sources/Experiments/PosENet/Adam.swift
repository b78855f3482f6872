/// Adam (Kingma and Ba 2015) in PyTorch's form, whose weight decay is part of the gradient.
///
///     g ← g + λ w,    m ← β₁ m + (1 − β₁) g,    v ← β₂ v + (1 − β₂) g²,    t ← t + 1
///     w ← w − η / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
package struct Adam: Optimizer {
    private static let (beta1, beta2, epsilon) = (0.9, 0.999, Float(1e-8))

    private let weightDecay: Float
    private var mean: [Float]
    private var square: [Float]
    /// β₁ᵗ and β₂ᵗ.
    private var powers = (1.0, 1.0)

    /// An optimiser that has seen nothing yet.
    package init(parameters: Int, weightDecay: Double) {
        self.weightDecay = Float(weightDecay)
        mean = [Float](repeating: 0, count: parameters)
        square = mean
    }

    /// The means m and the squares v.
    package var memory: [[Float]] { [mean, square] }

    /// Goes on from these means and squares after so many steps.
    package mutating func resume(memory: [[Float]], steps: Int) {
        precondition(memory.map(\.count) == [mean.count, square.count], "a mean and a square for each parameter")
        (mean, square) = (memory[0], memory[1])
        // The same products in the same order, and so the same bits.
        powers = (0..<steps).reduce((1, 1)) { powers, _ in (powers.0 * Self.beta1, powers.1 * Self.beta2) }
    }

    /// Moves the parameters against the gradient.
    package mutating func step(_ parameters: inout [Float], gradient: [Float], learningRate: Float) {
        powers = (powers.0 * Self.beta1, powers.1 * Self.beta2)
        let size = Float(Double(learningRate) / (1 - powers.0))
        let correction = Float((1 - powers.1).squareRoot())
        let (keepMean, keepSquare) = (Float(Self.beta1), Float(Self.beta2))
        let (newMean, newSquare) = (Float(1 - Self.beta1), Float(1 - Self.beta2))
        for index in parameters.indices {
            let slope = gradient[index] + weightDecay * parameters[index]
            mean[index] = keepMean * mean[index] + newMean * slope
            square[index] = keepSquare * square[index] + newSquare * slope * slope
            parameters[index] -= size * mean[index] / (square[index].squareRoot() / correction + Self.epsilon)
        }
    }
}
