/// Turns gradients into steps, with what it remembers of earlier ones.
package protocol Optimizer: Sendable {
    /// Moves the parameters against the gradient.
    mutating func step(_ parameters: inout [Float], gradient: [Float], learningRate: Float)

    /// What it remembers: of each kind one value for each parameter.
    var memory: [[Float]] { get }

    /// Goes on from what another one like it remembered after so many steps.
    ///
    /// - Precondition: The memory has as many kinds and values as this one's.
    mutating func resume(memory: [[Float]], steps: Int)
}

extension FitSettings {
    /// The optimiser of so many parameters that the settings ask for.
    func optimizer(parameters: Int) -> any Optimizer {
        switch optimizer {
        case .sgd: StochasticGradientDescent(parameters: parameters, momentum: momentum, weightDecay: weightDecay)
        case .adam: Adam(parameters: parameters, weightDecay: weightDecay)
        }
    }

    /// The learning rate of an epoch, counted from 0.
    func learningRate(epoch: Int) -> Float {
        Float(decayAt.reduce(learningRate) { rate, decay in epoch >= decay ? rate * 0.1 : rate })
    }
}
