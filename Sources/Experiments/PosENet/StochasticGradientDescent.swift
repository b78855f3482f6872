/// SGD with momentum and weight decay, in PyTorch's form.
///
///     g ← g + λ w,    v ← m v + g,    w ← w − η v
package struct StochasticGradientDescent: Optimizer {
    private let momentum: Float
    private let weightDecay: Float
    private var velocity: [Float]

    /// An optimiser without momentum yet.
    package init(parameters: Int, momentum: Double, weightDecay: Double) {
        self.momentum = Float(momentum)
        self.weightDecay = Float(weightDecay)
        velocity = [Float](repeating: 0, count: parameters)
    }

    /// The velocities.
    package var memory: [[Float]] { [velocity] }

    /// Goes on from these velocities.
    package mutating func resume(memory: [[Float]], steps: Int) {
        precondition(memory.map(\.count) == [velocity.count], "a velocity for each parameter")
        velocity = memory[0]
    }

    /// Moves the parameters against the gradient.
    package mutating func step(_ parameters: inout [Float], gradient: [Float], learningRate: Float) {
        for index in parameters.indices {
            velocity[index] = momentum * velocity[index] + (gradient[index] + weightDecay * parameters[index])
            parameters[index] -= learningRate * velocity[index]
        }
    }
}
