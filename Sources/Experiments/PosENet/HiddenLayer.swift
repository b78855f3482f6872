import ConvEngine

/// A hidden layer of a readout: a convolution, batch norm and ReLU.
package struct HiddenLayer: Hashable, Sendable {
    package let channels: Int
    package let outputs: Int
    package let kernel: Int
    package let padding: Int
    /// Side of the maps that it reads.
    package let side: Int

    /// The filters, `[output, channel, row, column]`; then b, γ and β, each of all outputs.
    ///
    /// One array, because weight decay and momentum treat them alike.
    package var parameters: [Float]
    /// μ and σ² of each output as they are used outside training, averaged over the steps.
    package var runningMean: [Float]
    package var runningVariance: [Float]

    /// A layer as it is before training: Xavier-uniform filters, zero bias, γ = 1 and β = 0.
    init(number: Int, _ settings: PosENetSettings, channels: Int, outputs: Int, side: Int, seed: Int) {
        self.channels = channels
        self.outputs = outputs
        kernel = settings.kernel
        padding = settings.padding
        self.side = side
        let places = settings.kernel * settings.kernel
        parameters = xavierUniform(
            name: "posenet.\(number).weight", seed: seed, count: outputs * channels * places,
            fanIn: channels * places, fanOut: outputs * places)
        parameters += [Float](repeating: 0, count: outputs)
        parameters += [Float](repeating: 1, count: outputs)
        parameters += [Float](repeating: 0, count: outputs)
        runningMean = [Float](repeating: 0, count: outputs)
        runningVariance = [Float](repeating: 1, count: outputs)
    }

    /// Side of the maps that it makes.
    package var outputSide: Int { side + 2 * padding - kernel + 1 }

    private var places: Int { kernel * kernel }
    private var filterCount: Int { outputs * channels * places }
    var filter: ArraySlice<Float> { parameters[..<filterCount] }
    var bias: ArraySlice<Float> { parameters[filterCount..<filterCount + outputs] }
    var scale: ArraySlice<Float> { parameters[(filterCount + outputs)..<(filterCount + 2 * outputs)] }
    var shift: ArraySlice<Float> { parameters[(filterCount + 2 * outputs)...] }

    /// The convolution alone, as training runs it.
    var convolution: Convolution {
        Self.convolution(
            outputs, channels, kernel, Array(filter), bias: Array(bias), padding: padding, activation: .identity,
            preparation: .quick)
    }

    /// The whole layer with the averaged μ and σ², folded into the filters.
    var evaluation: Convolution {
        var (values, summands) = (Array(filter), Array(bias))
        let perOutput = channels * places
        for (output, (scale, shift)) in zip(scale, shift).enumerated() {
            let deviation = (Double(runningVariance[output]) + Double(OutputLayer.epsilon)).squareRoot()
            let factor = Double(scale) / deviation
            for index in output * perOutput..<(output + 1) * perOutput {
                values[index] = Float(factor * Double(values[index]))
            }
            let centred = Double(summands[output]) - Double(runningMean[output])
            summands[output] = Float(factor * centred + Double(shift))
        }
        return Self.convolution(
            outputs, channels, kernel, values, bias: summands, padding: padding, activation: .relu,
            preparation: .thorough)
    }

    /// What a loss changes by per unit of the layer's input, from what it changes by per unit of the convolution's output.
    ///
    /// The adjoint of a convolution is one with the filters turned around and the channels exchanged.
    func adjoint(of gradients: [Tensor], team: ImageTeam) -> [Tensor] {
        var turned = [Float](repeating: 0, count: filterCount)
        for output in 0..<outputs {
            for channel in 0..<channels {
                let (source, target) = ((output * channels + channel) * places, (channel * outputs + output) * places)
                for place in 0..<places { turned[target + places - 1 - place] = parameters[source + place] }
            }
        }
        let margin = kernel - 1 - padding
        let convolution = Self.convolution(
            channels, outputs, kernel, turned, bias: [Float](repeating: 0, count: channels), padding: max(0, margin),
            activation: .identity, preparation: .quick)
        return team.map(gradients.count) { image in
            let whole = convolution(gradients[image])
            return margin < 0 ? whole.cropped(by: -margin) : whole
        }
    }

    /// What a loss changes by per unit of the filters, `[output, channel, row, column]`.
    func filterGradient(of gradients: [Tensor], at inputs: [Tensor], team: ImageTeam) -> [Float] {
        let sums = Convolution.filterGradient(of: gradients, at: inputs, kernel: kernel, padding: padding, team: team)
        var result = [Float](repeating: 0, count: filterCount)
        for output in 0..<outputs {
            for channel in 0..<channels {
                for place in 0..<places {
                    result[(output * channels + channel) * places + place] =
                        sums[(place * channels + channel) * outputs + output]
                }
            }
        }
        return result
    }

    /// Takes the means and variances of a batch into the averages, with weight 0.1.
    mutating func average(mean: [Float], variance: [Float]) {
        for output in 0..<outputs {
            runningMean[output] += 0.1 * (mean[output] - runningMean[output])
            runningVariance[output] += 0.1 * (variance[output] - runningVariance[output])
        }
    }

    private static func convolution(
        _ outputs: Int, _ channels: Int, _ kernel: Int, _ values: [Float], bias: [Float], padding: Int,
        activation: Activation, preparation: Convolution.Preparation
    ) -> Convolution {
        do {
            let filter = try Filter(outputChannels: outputs, inputChannels: channels, kernel: kernel, values: values)
            return try Convolution(
                "posenet", filter: filter, bias: bias, padding: .zero(padding), activation: activation,
                preparation: preparation)
        } catch {
            preconditionFailure("a readout's own filters do not fit it: \(error)")
        }
    }
}
