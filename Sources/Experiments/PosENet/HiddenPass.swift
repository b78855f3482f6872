import ConvEngine

/// One hidden layer's part of a training step: forward over a batch with the batch's own mean and variance, then back.
struct HiddenPass {
    private let layer: HiddenLayer
    private let convolution: Convolution
    private let inputs: [Tensor]
    /// The convolution's outputs less their mean, divided by their deviation.
    private let normalised: [Tensor]
    private let inverseDeviation: [Float]
    /// What the next layer reads.
    let outputs: [Tensor]
    /// Mean and variance of the batch, the latter as batch norm averages it: with one less in its denominator.
    let mean: [Float]
    let unbiasedVariance: [Float]

    /// Runs the layer forward.
    init(_ layer: HiddenLayer, over inputs: [Tensor], team: ImageTeam) {
        let convolution = layer.convolution(team: team)
        self.convolution = convolution
        let convolved = team.map(inputs.count) { convolution(inputs[$0]) }
        let count = Double(inputs.count * layer.outputSide * layer.outputSide)
        let channels = layer.outputs
        let sums = Self.sum(team.map(convolved.count) { convolved[$0].channelSums { value, _ in Double(value) } })
        let mean = sums.map { $0 / count }
        let squares = team.map(convolved.count) { image in
            convolved[image].channelSums { value, channel in
                (Double(value) - mean[channel]) * (Double(value) - mean[channel])
            }
        }
        let variance = Self.sum(squares).map { $0 / count }
        let inverse = variance.map { Float(1 / ($0 + Double(OutputLayer.epsilon)).squareRoot()) }
        let (offset, scale, shift) = (mean.map { Float($0) }, Array(layer.scale), Array(layer.shift))
        normalised = team.map(convolved.count) { image in
            convolved[image].mapped { value, channel in (value - offset[channel]) * inverse[channel] }
        }
        let hats = normalised
        outputs = team.map(hats.count) { image in
            hats[image].mapped { value, channel in max(0, scale[channel] * value + shift[channel]) }
        }
        self.layer = layer
        self.inputs = inputs
        self.mean = offset
        inverseDeviation = inverse
        unbiasedVariance = variance.map { Float(count > 1 ? $0 * count / (count - 1) : $0) }
        precondition(sums.count == channels, "a mean for each channel")
    }

    /// Runs the layer backward.
    ///
    /// - Parameters:
    ///   - gradients: What the loss changes by per unit of each output.
    ///   - isFirst: Whether nobody needs the gradients by the inputs.
    ///   - team: The threads that share the images.
    /// - Returns: The gradients by the layer's parameters, in their order, and by its inputs.
    func backward(
        _ gradients: [Tensor], isFirst: Bool, team: ImageTeam
    ) -> (parameters: [Float], inputs: [Tensor]) {
        let (outputs, normalised, inverse) = (outputs, normalised, inverseDeviation)
        let rectified = team.map(gradients.count) { image in
            gradients[image].combined(with: outputs[image]) { gradient, output, _ in output > 0 ? gradient : 0 }
        }
        let count = Double(inputs.count * layer.outputSide * layer.outputSide)
        let shiftGradient = Self.sum(
            team.map(rectified.count) { rectified[$0].channelSums { value, _ in Double(value) } })
        let products = team.map(rectified.count) { image in
            rectified[image].combined(with: normalised[image]) { gradient, hat, _ in gradient * hat }
                .channelSums { value, _ in Double(value) }
        }
        let scaleGradient = Self.sum(products)
        let meanGradient = shiftGradient.map { Float($0 / count) }
        let meanProduct = scaleGradient.map { Float($0 / count) }
        let factor = zip(layer.scale, inverse).map { $0 * $1 }
        let convolved = team.map(rectified.count) { image in
            rectified[image].combined(with: normalised[image]) { gradient, hat, channel in
                factor[channel] * (gradient - meanGradient[channel] - hat * meanProduct[channel])
            }
        }
        let biasGradient = Self.sum(
            team.map(convolved.count) { convolved[$0].channelSums { value, _ in Double(value) } })
        let filterGradient = convolution.filterGradient(of: convolved, at: inputs, team: team)
        let rest = (biasGradient + scaleGradient + shiftGradient).map { Float($0) }
        if isFirst { return (filterGradient + rest, []) }
        let (back, read) = (InputGradient(of: convolution, team: team), self.inputs)
        return (filterGradient + rest, team.map(convolved.count) { back(of: convolved[$0], input: read[$0].shape) })
    }

    /// Added up in the order of the images, so that the result does not depend on the threads.
    private static func sum(_ parts: [[Double]]) -> [Double] {
        parts.dropFirst().reduce(into: parts.first ?? []) { sums, part in
            for channel in sums.indices { sums[channel] += part[channel] }
        }
    }
}
