/// Batch normalisation in training (Ioffe & Szegedy 2015): each channel with the batch's own mean and variance.
///
///     x̂ = (x − μ) / √(σ² + ε)        y = γ x̂ + β
///
/// Sums are taken image by image in double precision and added up in the order of the images, and so they do not depend on the
/// threads.
package struct BatchNorm: Sendable {
    /// γ and β, one for each channel.
    package var scale: [Float]
    package var shift: [Float]
    /// μ and σ² for evaluation, averaged over the steps with weight 0.1.
    package private(set) var runningMean: [Float]
    package private(set) var runningVariance: [Float]

    /// PyTorch's.
    package static let epsilon = 1e-5
    private static let momentum: Float = 0.1

    /// γ = 1, β = 0, and averages of nothing yet.
    package init(channels: Int) {
        scale = Array(repeating: 1, count: channels)
        shift = Array(repeating: 0, count: channels)
        runningMean = shift
        runningVariance = scale
    }

    /// Goes on from averages that were taken earlier.
    ///
    /// - Precondition: There is a value for each channel.
    mutating func resume(mean: [Float], variance: [Float]) {
        precondition(mean.count == scale.count && variance.count == scale.count, "an average for each channel")
        (runningMean, runningVariance) = (mean, variance)
    }

    /// One batch's way forward, kept for its way back.
    package struct Pass: Sendable {
        /// y for each image.
        package let outputs: [Tensor]
        /// μ and σ² of the batch, the latter with one less in its denominator, as the averages take it.
        package let mean: [Float]
        package let unbiasedVariance: [Float]
        fileprivate let normalised: [Tensor]
        fileprivate let inverseDeviation: [Float]
        fileprivate let scale: [Float]
        fileprivate let count: Double
    }

    /// Normalises a batch.
    ///
    /// - Parameters:
    ///   - inputs: The batch, in stacks of any number of images.
    ///   - team: Threads that share the stacks.
    /// - Returns: The outputs in the same stacks, and what the way back needs.
    /// - Precondition: There is a value for each channel.
    package func forward(_ inputs: [Tensor], team: ImageTeam) -> Pass {
        let stacks = ImageStacks(inputs)
        let (scale, shift) = (scale, shift)
        precondition(stacks.shape.channels == scale.count, "the maps have another number of channels than the norm")
        let count = Double(stacks.count * stacks.shape.pixels)
        let sums = stacks.channelSums(team) { value, _ in Double(value) }
        let mean = sums.map { $0 / count }
        let variance = stacks.channelSums(team) { value, channel in
            (Double(value) - mean[channel]) * (Double(value) - mean[channel])
        }.map { $0 / count }
        let inverse = variance.map { Float(1 / ($0 + Self.epsilon).squareRoot()) }
        let offset = mean.map { Float($0) }
        let normalised = team.map(inputs.count) { stack in
            inputs[stack].mapped { value, channel in (value - offset[channel]) * inverse[channel] }
        }
        return Pass(
            outputs: team.map(normalised.count) { stack in
                normalised[stack].mapped { value, channel in scale[channel] * value + shift[channel] }
            },
            mean: offset, unbiasedVariance: variance.map { Float(count > 1 ? $0 * count / (count - 1) : $0) },
            normalised: normalised, inverseDeviation: inverse, scale: scale, count: count)
    }

    /// Takes a batch's mean and variance into the averages.
    package mutating func average(_ pass: Pass) {
        for channel in scale.indices {
            runningMean[channel] += Self.momentum * (pass.mean[channel] - runningMean[channel])
            runningVariance[channel] += Self.momentum * (pass.unbiasedVariance[channel] - runningVariance[channel])
        }
    }
}

extension BatchNorm.Pass {
    /// The gradients of a loss by x, γ and β.
    ///
    /// - Parameters:
    ///   - outputs: The gradients by y, in the stacks of the forward pass.
    ///   - team: Threads that share the stacks.
    /// - Returns: The gradients by the inputs, in the same stacks, and one value for each channel's γ and β.
    package func backward(
        _ outputs: [Tensor], team: ImageTeam
    ) -> (inputs: [Tensor], scale: [Float], shift: [Float]) {
        let products = team.map(outputs.count) { stack in
            outputs[stack].combined(with: normalised[stack]) { gradient, hat, _ in gradient * hat }
        }
        let shiftGradient = ImageStacks(outputs).channelSums(team) { value, _ in Double(value) }
        let scaleGradient = ImageStacks(products).channelSums(team) { value, _ in Double(value) }
        let meanGradient = shiftGradient.map { Float($0 / count) }
        let meanProduct = scaleGradient.map { Float($0 / count) }
        let factor = zip(scale, inverseDeviation).map { $0 * $1 }
        let inputs = team.map(outputs.count) { stack in
            outputs[stack].combined(with: normalised[stack]) { gradient, hat, channel in
                factor[channel] * (gradient - meanGradient[channel] - hat * meanProduct[channel])
            }
        }
        return (inputs, scaleGradient.map { Float($0) }, shiftGradient.map { Float($0) })
    }
}

extension ImageStacks {
    /// The sums of what a term makes of each value and its channel, image by image in double precision.
    fileprivate func channelSums(
        _ team: ImageTeam, _ term: @Sendable (_ value: Float, _ channel: Int) -> Double
    ) -> [Double] {
        let parts = team.map(count) { image in
            var sums = [Double](repeating: 0, count: shape.channels)
            withImage(image) { values in
                for pixel in 0..<shape.pixels {
                    for channel in sums.indices {
                        sums[channel] += term(values[pixel &* shape.channels &+ channel], channel)
                    }
                }
            }
            return sums
        }
        return ChannelSums.total(parts, channels: shape.channels)
    }
}
