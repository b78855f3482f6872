import ConvEngine

/// The trainable part behind an encoder in training: a 1x1 convolution on each stage, added up.
///
///     z = Σ stages  R( w_s · f_s + b_s )
///
/// For a map, R resizes a stage's maps to the image's size, bilinearly, corners not aligned, and all stages are read. For a class, R
/// is the mean over the pixels, and the last stage alone is read. The paper does not say how it read saliency and segmentation out of
/// VGG; this is the least that uses all stages. There is no hidden layer and no padding in it, so whatever it knows of position comes
/// from the encoder.
///
/// Its parameters: for each stage the filter `[class][channel]`, then the biases.
struct TaskReadout: Sendable {
    enum Kind: Hashable, Sendable {
        case map(side: Int)
        case image
    }

    let kind: Kind
    let classes: Int
    /// Places of the stages that are read, and their channels.
    private let stages: [(place: Int, channels: Int)]

    init(_ goal: TrainingGoal, classes: Int, channels: [Int], side: Int) {
        self.classes = classes
        kind = goal == .classification ? .image : .map(side: side)
        let all = channels.enumerated().map { (place: $0, channels: $1) }
        stages = goal == .classification ? all.suffix(1) : all
    }

    var parameterCount: Int { stages.reduce(0) { $0 + classes * ($1.channels + 1) } }

    /// Normal weights whose sum over a stage's channels has variance one, so that each stage begins with as much to say.
    func initialParameters(seed: Int) -> [Float] {
        stages.flatMap { stage -> [Float] in
            var stream = RandomStream(seed: seed, name: "readout.\(stage.place + 1)")
            let deviation = (1 / Double(stage.channels * stages.count)).squareRoot()
            let weights = (0..<classes * stage.channels).map { _ in Float(stream.normalPair().0 * deviation) }
            return weights + [Float](repeating: 0, count: classes)
        }
    }

    /// The convolutions with these parameters.
    ///
    /// - Precondition: There are as many parameters as ``parameterCount``.
    func convolutions(_ parameters: ArraySlice<Float>) throws(ShapeError) -> [Convolution] {
        var rest = parameters
        var convolutions: [Convolution] = []
        for stage in stages {
            let count = classes * stage.channels
            let filter = try Filter(
                outputChannels: classes, inputChannels: stage.channels, kernel: 1, values: Array(rest.prefix(count)))
            convolutions.append(
                try Convolution(
                    "readout of stage \(stage.place + 1)", filter: filter,
                    bias: Array(rest.dropFirst(count).prefix(classes))))
            rest = rest.dropFirst(count + classes)
        }
        return convolutions
    }

    /// The logits z of some images, `[images, side, side, classes]` or `[images, 1, 1, classes]`.
    ///
    /// - Parameters:
    ///   - stages: The maps of all stages of the encoder.
    ///   - convolutions: Those made of the parameters.
    /// - Returns: One tensor for all images.
    func logits(_ stages: [Tensor], _ convolutions: [Convolution]) -> Tensor {
        var sum: Tensor?
        for (stage, convolution) in zip(self.stages, convolutions) {
            let spread = spread(convolution(stages[stage.place]))
            if sum == nil { sum = spread } else { sum?.add(spread) }
        }
        return sum ?? Tensor(Shape(images: 0, height: 0, width: 0, channels: classes))
    }

    /// The gradients by the stages' maps and by the parameters.
    ///
    /// - Parameters:
    ///   - gradients: The gradients by the logits, stacks of images.
    ///   - stages: For each stage of the encoder its maps, in the same stacks.
    ///   - convolutions: Those that the logits were made with.
    ///   - team: The threads that share the work.
    /// - Returns: For each stage that is read, the encoder's last one last, its place among all and the gradients by its maps; and
    ///   the gradient by the parameters.
    func backward(
        _ gradients: [Tensor], stages: [[Tensor]], _ convolutions: [Convolution], team: ImageTeam
    ) -> (maps: [(stage: Int, gradients: [Tensor])], parameters: [Float]) {
        var maps: [(stage: Int, gradients: [Tensor])] = []
        var parameters: [Float] = []
        for (stage, convolution) in zip(self.stages, convolutions) {
            let inputs = stages[stage.place]
            let outputs = team.map(gradients.count) { stack in
                gathered(gradients[stack], to: inputs[stack].shape)
            }
            parameters += convolution.filterGradient(of: outputs, at: inputs, team: team)
            parameters += Convolution.biasGradient(of: outputs, team: team)
            let back = InputGradient(of: convolution)
            let gradients = team.map(outputs.count) { stack in back(of: outputs[stack], input: inputs[stack].shape) }
            maps.append((stage.place, gradients))
        }
        return (maps, parameters)
    }

    /// R of a stage's maps.
    private func spread(_ maps: Tensor) -> Tensor {
        switch kind {
        case .map(let side): return maps.resized(height: side, width: side, alignCorners: false)
        case .image:
            let shape = maps.shape
            let means = (0..<shape.images).flatMap { image in
                maps[image: image].channelSums { value, _ in Double(value) }.map { Float($0 / Double(shape.pixels)) }
            }
            return Tensor(Shape(images: shape.images, height: 1, width: 1, channels: shape.channels), values: means)
        }
    }

    /// R's adjoint: the gradient by maps of this size.
    private func gathered(_ gradient: Tensor, to shape: Shape) -> Tensor {
        switch kind {
        case .map: return gradient.resizedGradient(height: shape.height, width: shape.width, alignCorners: false)
        case .image:
            let share = 1 / Float(shape.pixels)
            let values = (0..<shape.images).flatMap { image in
                let one = gradient[image: image].values.map { $0 * share }
                return (0..<shape.pixels).flatMap { _ in one }
            }
            return Tensor(
                Shape(images: shape.images, height: shape.height, width: shape.width, channels: classes),
                values: values)
        }
    }
}
