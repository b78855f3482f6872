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
    func convolution(team: ImageTeam) -> Convolution {
        Self.convolution(
            outputs, channels, kernel, Array(filter), bias: Array(bias), padding: padding, activation: .identity,
            team: team)
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
            outputs, channels, kernel, values, bias: summands, padding: padding, activation: .relu)
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
        activation: Activation, team: ImageTeam? = nil
    ) -> Convolution {
        do {
            let filter = try Filter(outputChannels: outputs, inputChannels: channels, kernel: kernel, values: values)
            return try Convolution(
                "posenet", filter: filter, bias: bias, padding: .zero(padding), activation: activation,
                team: team)
        } catch {
            preconditionFailure("a readout's own filters do not fit it: \(error)")
        }
    }
}
