/// One step of one readout's training on a batch: from the convolution's outputs to the loss and its gradient.
struct FitStep {
    /// The mean squared error over the batch.
    let loss: Double
    /// For each image what the loss changes by, per unit of the convolution's output.
    let outputGradients: [[Float]]
    /// The gradients of b, γ and β.
    let biasGradient: Float
    let scaleGradient: Float
    let shiftGradient: Float
    /// Mean and variance of the batch, the latter as batch norm averages it: with one less in its denominator.
    let mean: Float
    let unbiasedVariance: Float

    /// - Parameters:
    ///   - outputs: The convolution's output for each image of the batch.
    ///   - readout: The readout in training, whose batch norm uses the batch's own mean and variance.
    ///   - target: What its maps are compared with.
    init(outputs: [[Float]], readout: OutputLayer, target: FitTarget) {
        let count = Double(outputs.count * (outputs.first?.count ?? 0))
        let mean = outputs.reduce(0.0) { sum, map in map.reduce(sum) { $0 + Double($1) } } / count
        let variance =
            outputs.reduce(0.0) { sum, map in
                map.reduce(sum) { $0 + (Double($1) - mean) * (Double($1) - mean) }
            } / count
        let inverseDeviation = Float(1 / (variance + Double(OutputLayer.epsilon)).squareRoot())
        self.mean = Float(mean)
        unbiasedVariance = Float(count > 1 ? variance * count / (count - 1) : variance)

        var error = 0.0
        var shiftGradient = 0.0
        var scaleGradient = 0.0
        var normalised: [[Float]] = []
        var gradients: [[Float]] = []
        for output in outputs {
            let hat = output.map { ($0 - Float(mean)) * inverseDeviation }
            let map = hat.map { sigmoid(readout.scale * $0 + readout.shift) }
            var (mapError, gradient) = target.squaredError(of: map, images: outputs.count)
            for index in map.indices {
                gradient[index] *= map[index] * (1 - map[index])
                shiftGradient += Double(gradient[index])
                scaleGradient += Double(gradient[index]) * Double(hat[index])
            }
            error += mapError
            normalised.append(hat)
            gradients.append(gradient)
        }
        loss = error / (Double(outputs.count) * target.pixels)

        let factor = readout.scale * inverseDeviation
        let (meanGradient, meanProduct) = (Float(shiftGradient / count), Float(scaleGradient / count))
        var biasGradient = 0.0
        for image in gradients.indices {
            for index in gradients[image].indices {
                let gradient =
                    factor * (gradients[image][index] - meanGradient - normalised[image][index] * meanProduct)
                gradients[image][index] = gradient
                biasGradient += Double(gradient)
            }
        }
        outputGradients = gradients
        self.biasGradient = Float(biasGradient)
        self.scaleGradient = Float(scaleGradient)
        self.shiftGradient = Float(shiftGradient)
    }
}
