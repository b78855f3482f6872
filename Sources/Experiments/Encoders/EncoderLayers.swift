import ConvEngine

/// One convolution of an encoder as torchvision names and shapes it, with the batch norm behind it.
struct ConvolutionLayout {
    /// The convolution's name.
    let name: String
    /// The name of the batch norm behind it, if there is one.
    var norm: String?
    /// Whether the convolution has a bias of its own.
    var hasBias = false
    let inputs: Int
    let outputs: Int
    let kernel: Int
    var stride = 1
    /// What stands behind the norm.
    var activation = Activation.relu

    /// The tensors that it is made of.
    var tensors: [(name: String, shape: [Int])] {
        var tensors = [("\(name).weight", [outputs, inputs, kernel, kernel])]
        if hasBias { tensors.append(("\(name).bias", [outputs])) }
        if let norm { tensors += Self.normParts.map { ("\(norm).\($0)", [outputs]) } }
        return tensors
    }

    static let normParts = ["weight", "bias", "running_mean", "running_var"]
}

/// Makes an encoder's convolutions from its weights, with the batch norm behind them folded in.
struct EncoderLayers<Weights: EncoderWeights> {
    let weights: Weights
    let padding: EncoderPadding

    /// PyTorch's, in every encoder of torchvision.
    private let epsilon = 1e-5

    /// A convolution that is padded so that it keeps the size of its maps, where it is padded at all.
    ///
    /// Batch norm in evaluation is a factor and a summand for each channel:
    ///
    ///     γ (w ∗ x + b − μ) / √(σ² + ε) + β   =   (s w) ∗ x + s (b − μ) + β        s = γ / √(σ² + ε)
    ///
    /// They are folded into the weights in double precision and rounded once.
    ///
    /// - Throws: `DataError` where the weights lack a tensor or have another shape.
    func convolution(_ layout: ConvolutionLayout) throws -> Convolution {
        let (name, outputs) = (layout.name, layout.outputs)
        let shape = [outputs, layout.inputs, layout.kernel, layout.kernel]
        var values = try weights.tensor("\(name).weight", shape: shape)
        var bias = [Float](repeating: 0, count: outputs)
        if layout.hasBias { bias = try weights.tensor("\(name).bias", shape: [outputs]) }
        if let norm = layout.norm {
            let parts = try ConvolutionLayout.normParts.map { part in
                try weights.tensor("\(norm).\(part)", shape: [outputs]).map(Double.init)
            }
            let (scale, shift, mean, variance) = (parts[0], parts[1], parts[2], parts[3])
            let perChannel = values.count / outputs
            for channel in 0..<outputs {
                let factor = scale[channel] / (variance[channel] + epsilon).squareRoot()
                for index in channel * perChannel..<(channel + 1) * perChannel {
                    values[index] = Float(factor * Double(values[index]))
                }
                bias[channel] = Float(factor * (Double(bias[channel]) - mean[channel]) + shift[channel])
            }
        }
        let filter = try Filter(
            outputChannels: outputs, inputChannels: layout.inputs, kernel: layout.kernel, values: values)
        return try Convolution(
            name, filter: filter, bias: bias, stride: layout.stride, padding: padding.engine(width: layout.kernel / 2),
            activation: layout.activation)
    }
}

extension EncoderPadding {
    /// What a convolution reads so many pixels outside its map.
    func engine(width: Int) -> Padding {
        guard width > 0 else { return .none }
        return switch self {
        case .zero: .zero(width)
        case .none: .none
        case .reflect: .reflect(width)
        case .replicate: .replicate(width)
        case .circular: .circular(width)
        }
    }
}
