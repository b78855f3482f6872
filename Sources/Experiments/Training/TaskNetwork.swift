package import ConvEngine

/// What is trained: an encoder and the readout behind it, with all parameters in one array.
package struct TaskNetwork: Sendable {
    private let settings: EncoderSettings
    private let encoder: TrainableEncoder
    private let readout: TaskReadout
    private var layers: TrainingNetwork

    /// The encoder's in the order of its layers, filters as `[output, input, kernel, kernel]`, then the readout's.
    package var parameters: [Float] {
        didSet { layers.parameters = Array(parameters.prefix(encoder.parameterCount)) }
    }

    /// A network with the weights that a seed draws.
    ///
    /// - Parameters:
    ///   - goal: What it is trained for.
    ///   - encoder: The encoder and its padding.
    ///   - classes: How many classes it tells apart; for saliency 1.
    ///   - side: The side of the maps that the loss is taken on.
    ///   - seed: Draws the weights.
    /// - Throws: `ExperimentError.notTrainable` for an encoder that is no VGG.
    package init(_ goal: TrainingGoal, encoder: EncoderSettings, classes: Int, side: Int, seed: Int) throws {
        settings = encoder
        self.encoder = try TrainableEncoder(encoder)
        readout = TaskReadout(goal, classes: classes, channels: self.encoder.channels, side: side)
        let initial = self.encoder.initialParameters(seed: seed)
        layers = try TrainingNetwork(self.encoder.layers, parameters: initial)
        parameters = initial + readout.initialParameters(seed: seed)
    }

    /// The batch norms' averages for evaluation.
    var averages: [Float] { layers.averages }

    /// Goes on from parameters and averages as another one like it had them.
    ///
    /// - Throws: `ShapeError.parameters` where their number is another.
    mutating func resume(parameters: [Float], averages: [Float]) throws(ShapeError) {
        guard parameters.count == self.parameters.count else {
            throw .parameters(found: parameters.count, expected: self.parameters.count)
        }
        try layers.resume(averages: averages)
        self.parameters = parameters
    }

    /// A batch's loss, what it says of the parameters, and what the batch norms saw.
    package struct Slope: Sendable {
        /// The mean over all labels that count.
        package let loss: Double
        /// One value for each parameter.
        package let gradient: [Float]
        fileprivate let pass: TrainingPass
    }

    /// The loss of a batch and its gradient by all parameters.
    ///
    /// - Parameters:
    ///   - images: The images as the encoder takes them, `[images, height, width, 3]`.
    ///   - labels: Each image's labels.
    ///   - team: The threads.
    /// - Returns: The mean loss, and one value for each parameter.
    /// - Throws: `ShapeError` where the images are too small.
    package func slope(on images: Tensor, labels: [[UInt8]], team: ImageTeam) throws(ShapeError) -> Slope {
        let pass = try layers.forward(images, team: team)
        let convolutions = try readout.convolutions(parameters[encoder.parameterCount...])
        let stages = encoder.taps.map { pass.outputs(behind: $0) }
        let logits = team.map(pass.outputs.count) { stack in readout.logits(stages.map { $0[stack] }, convolutions) }
        let (loss, gradients) = CrossEntropy.mean(logits, labels: labels, team: team)
        let back = readout.backward(gradients, stages: stages, convolutions, team: team)
        let inner = back.maps.dropLast()
        let taps = Dictionary(uniqueKeysWithValues: inner.map { (encoder.taps[$0.stage], $0.gradients) })
        let gradient = pass.backward(back.maps.last?.gradients ?? [], taps: taps, team: team)
        return Slope(loss: loss, gradient: gradient + back.parameters, pass: pass)
    }

    /// Takes what the batch norms saw of a batch into their averages.
    package mutating func average(_ slope: Slope) { layers.average(slope.pass) }

    /// The encoder's tensors under torchvision's names.
    var encoderTensors: [Safetensors.NamedTensor] {
        encoder.tensors(parameters: parameters, averages: averages)
    }

    /// The network as it stands, in evaluation.
    package func trained() throws -> TrainedNetwork {
        try TrainedNetwork(
            settings, weights: NamedTensors(encoderTensors), readout: readout,
            parameters: parameters[encoder.parameterCount...])
    }
}
