/// A sequence of layers that is trained: forward over a batch, back from a gradient of its outputs to one of its parameters.
///
/// All parameters are one array, so that an optimiser needs to know nothing of layers. A batch is cut into as many stacks as
/// there are threads, which take theirs through a layer together; no bit of any result depends on it.
///
/// ```swift
/// let pass = try network.forward(batch, team: team)
/// let gradient = pass.backward(lossGradients(pass.outputs), team: team)
/// optimizer.step(&network.parameters, gradient: gradient, learningRate: 0.01)
/// ```
package struct TrainingNetwork: Sendable {
    /// One layer and its extents.
    package enum Layer: Hashable, Sendable {
        /// Its parameters: the filter in the order of ``Filter/values``, then the bias.
        case convolution(inputs: Int, outputs: Int, kernel: Int, stride: Int, padding: Padding)
        /// Its parameters: γ, then β.
        case batchNorm(channels: Int)
        case rectifier
        case maxPool(MaxPool)

        /// How many parameters it has.
        package var parameterCount: Int {
            switch self {
            case .convolution(let inputs, let outputs, let kernel, _, _): outputs * inputs * kernel * kernel + outputs
            case .batchNorm(let channels): 2 * channels
            case .rectifier, .maxPool: 0
            }
        }
    }

    package let layers: [Layer]
    /// The parameters of all layers in their order.
    package var parameters: [Float]
    /// The batch norms' averages, by the place of their layer.
    package private(set) var norms: [Int: BatchNorm] = [:]

    /// μ and σ² of each batch norm for evaluation, in the order of the layers.
    package var averages: [Float] {
        norms.sorted { $0.key < $1.key }.flatMap { $0.value.runningMean + $0.value.runningVariance }
    }

    /// A network with these parameters.
    ///
    /// - Throws: `ShapeError.parameters` where their number is not the layers'.
    package init(_ layers: [Layer], parameters: [Float]) throws(ShapeError) {
        let expected = layers.reduce(0) { $0 + $1.parameterCount }
        guard parameters.count == expected else {
            throw .parameters(found: parameters.count, expected: expected)
        }
        self.layers = layers
        self.parameters = parameters
        for (place, layer) in layers.enumerated() {
            if case .batchNorm(let channels) = layer { norms[place] = BatchNorm(channels: channels) }
        }
    }

    /// Takes a batch through all layers, batch norms with the batch's own mean and variance, and remembers the way.
    ///
    /// - Parameters:
    ///   - batch: `[images, height, width, channels]`.
    ///   - team: The threads.
    /// - Returns: The outputs, and what the way back needs.
    /// - Throws: `ShapeError` where a layer cannot take what the one before makes.
    package func forward(_ batch: Tensor, team: ImageTeam) throws(ShapeError) -> TrainingPass {
        var maps = batch.stacks(min(team.threads, max(batch.shape.images, 1)))
        var steps: [TrainingPass.Step] = []
        var offset = 0
        for (place, layer) in layers.enumerated() {
            let values = parameters[offset..<offset + layer.parameterCount]
            offset += layer.parameterCount
            let step: TrainingPass.Step
            switch layer {
            case .convolution(let inputs, let outputs, let kernel, let stride, let padding):
                let filter = try Filter(
                    outputChannels: outputs, inputChannels: inputs, kernel: kernel,
                    values: Array(values.dropLast(outputs)))
                // A rectifier that follows is done while the sums are at hand.
                let isRectified = place + 1 < layers.count && layers[place + 1] == .rectifier
                let convolution = try Convolution(
                    "layer \(place)", filter: filter, bias: Array(values.suffix(outputs)), stride: stride,
                    padding: padding, activation: isRectified ? .relu : .identity, team: team)
                _ = try convolution.outputShape(for: maps[0].shape)
                step = TrainingPass.Step(inputs: maps, kind: .convolution(convolution))
                maps = team.mapStacks(maps) { convolution($0, team: $1) }
            case .batchNorm(let channels):
                var norm = norms[place] ?? BatchNorm(channels: channels)
                (norm.scale, norm.shift) = (Array(values.prefix(channels)), Array(values.suffix(channels)))
                let pass = norm.forward(maps, team: team)
                step = TrainingPass.Step(inputs: [], kind: .batchNorm(place: place, pass))
                maps = pass.outputs
            case .rectifier:
                if place > 0, case .convolution = layers[place - 1] {
                    step = TrainingPass.Step(inputs: [], kind: .rectifier(outputs: maps))
                } else {
                    maps = team.mapStacks(maps) { maps, _ in maps.rectified() }
                    step = TrainingPass.Step(inputs: [], kind: .rectifier(outputs: maps))
                }
            case .maxPool(let pool):
                _ = try pool.outputShape(for: maps[0].shape)
                step = TrainingPass.Step(inputs: maps, kind: .maxPool(pool))
                maps = team.mapStacks(maps) { maps, _ in pool(maps) }
            }
            steps.append(step)
        }
        return TrainingPass(outputs: maps, steps: steps)
    }

    /// Goes on from averages that were taken earlier, in the order of ``averages``.
    ///
    /// - Throws: `ShapeError.parameters` where their number is not that of the batch norms.
    package mutating func resume(averages: [Float]) throws(ShapeError) {
        let expected = norms.values.reduce(0) { $0 + 2 * $1.scale.count }
        guard averages.count == expected else { throw .parameters(found: averages.count, expected: expected) }
        var rest = averages[...]
        for place in norms.keys.sorted() {
            let channels = norms[place]?.scale.count ?? 0
            norms[place]?.resume(
                mean: Array(rest.prefix(channels)), variance: Array(rest.dropFirst(channels).prefix(channels)))
            rest = rest.dropFirst(2 * channels)
        }
    }

    /// Takes a pass' means and variances into the batch norms' averages.
    package mutating func average(_ pass: TrainingPass) {
        for step in pass.steps {
            if case .batchNorm(let place, let norm) = step.kind { norms[place]?.average(norm) }
        }
    }
}

extension ImageTeam {
    /// What becomes of each stack: a thread for each, or, with fewer stacks than threads, all threads for one after another.
    func mapStacks(_ stacks: [Tensor], _ body: @Sendable (Tensor, ImageTeam?) -> Tensor) -> [Tensor] {
        guard stacks.count >= threads else { return stacks.map { body($0, self) } }
        return map(stacks.count) { body(stacks[$0], nil) }
    }
}

extension Tensor {
    /// The images in so many stacks of about equal size.
    fileprivate func stacks(_ count: Int) -> [Tensor] {
        guard count > 1 else { return [self] }
        return (0..<count).map { stack in
            Tensor(
                stacking: (shape.images * stack / count..<shape.images * (stack + 1) / count).map { self[image: $0] })
        }
    }

    /// max(0, x) of every value.
    fileprivate func rectified() -> Tensor { mapped { value, _ in value < 0 ? 0 : value } }
}
