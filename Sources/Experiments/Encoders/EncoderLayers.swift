import ConvEngine

/// Makes an encoder's convolutions from its weights, with the batch norm behind them folded in.
struct EncoderLayers<Weights: EncoderWeights> {
    let weights: Weights
    let padding: EncoderPadding

    /// PyTorch's, in every encoder of torchvision.
    private let epsilon = 1e-5

    /// A convolution of side `kernel`, padded so that it keeps the size of its maps, where it is padded at all.
    ///
    /// Batch norm in evaluation is a factor and a summand for each channel:
    ///
    ///     γ (w ∗ x + b − μ) / √(σ² + ε) + β   =   (s w) ∗ x + s (b − μ) + β        s = γ / √(σ² + ε)
    ///
    /// They are folded into the weights in double precision and rounded once.
    ///
    /// - Parameters:
    ///   - name: The convolution's name in torchvision.
    ///   - norm: The name of the batch norm behind it, if there is one.
    ///   - hasBias: Whether the convolution has a bias of its own.
    ///   - inputChannels: The channels that it reads.
    ///   - outputChannels: The channels that it makes.
    ///   - kernel: The side of its kernel.
    ///   - stride: Its stride.
    ///   - activation: What stands behind the norm.
    /// - Returns: The convolution with the norm in it.
    /// - Throws: `DataError` where the weights lack a tensor or have another shape.
    func convolution(
        _ name: String, norm: String?, hasBias: Bool, from inputChannels: Int, to outputChannels: Int, kernel: Int,
        stride: Int = 1, activation: Activation = .relu
    ) throws -> Convolution {
        var values = try weights.tensor("\(name).weight", shape: [outputChannels, inputChannels, kernel, kernel])
        var bias = [Float](repeating: 0, count: outputChannels)
        if hasBias { bias = try weights.tensor("\(name).bias", shape: [outputChannels]) }
        if let norm {
            let (scale, shift) = (
                try channels(norm, "weight", outputChannels), try channels(norm, "bias", outputChannels)
            )
            let mean = try channels(norm, "running_mean", outputChannels)
            let variance = try channels(norm, "running_var", outputChannels)
            let perChannel = values.count / outputChannels
            for channel in 0..<outputChannels {
                let factor = scale[channel] / (variance[channel] + epsilon).squareRoot()
                for index in channel * perChannel..<(channel + 1) * perChannel {
                    values[index] = Float(factor * Double(values[index]))
                }
                bias[channel] = Float(factor * (Double(bias[channel]) - mean[channel]) + shift[channel])
            }
        }
        let filter = try Filter(
            outputChannels: outputChannels, inputChannels: inputChannels, kernel: kernel, values: values)
        return try Convolution(
            name, filter: filter, bias: bias, stride: stride, padding: padding(width: kernel / 2),
            activation: activation)
    }

    private func channels(_ norm: String, _ part: String, _ count: Int) throws -> [Double] {
        try weights.tensor("\(norm).\(part)", shape: [count]).map(Double.init)
    }

    private func padding(width: Int) -> Padding {
        guard width > 0 else { return .none }
        return switch padding {
        case .zero: .zero(width)
        case .none: .none
        case .reflect: .reflect(width)
        case .replicate: .replicate(width)
        case .circular: .circular(width)
        }
    }
}
