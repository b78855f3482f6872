/// A batch's way through a network, kept for the way back.
package struct TrainingPass: Sendable {
    /// What the last layer made, in stacks of images.
    package let outputs: [Tensor]
    let steps: [Step]

    /// One layer's part.
    struct Step: Sendable {
        /// What the layer read, where the way back needs it.
        let inputs: [Tensor]
        let kind: Kind

        enum Kind: Sendable {
            case convolution(Convolution)
            case batchNorm(place: Int, BatchNorm.Pass)
            case rectifier(outputs: [Tensor])
            case maxPool(MaxPool)
        }

        var parameterCount: Int {
            switch kind {
            case .convolution(let convolution): convolution.filter.values.count + convolution.filter.outputChannels
            case .batchNorm(_, let pass): 2 * pass.mean.count
            case .rectifier, .maxPool: 0
            }
        }
    }

    init(outputs: [Tensor], steps: [Step]) {
        (self.outputs, self.steps) = (outputs, steps)
    }

    /// What a rectifier made, in stacks of images: a network is tapped there.
    ///
    /// - Precondition: The layer at this place is a rectifier.
    package func outputs(behind place: Int) -> [Tensor] {
        guard case .rectifier(let outputs) = steps[place].kind else {
            preconditionFailure("only rectifiers are tapped")
        }
        return outputs
    }

    /// The gradient by all parameters, in the network's order.
    ///
    /// - Parameters:
    ///   - gradients: The gradients of the loss by ``outputs``, in the same stacks.
    ///   - taps: Its gradients by what rectifiers before the last layer made, by their places, in the same stacks.
    ///   - team: The threads.
    /// - Returns: One value for each parameter.
    package func backward(_ gradients: [Tensor], taps: [Int: [Tensor]] = [:], team: ImageTeam) -> [Float] {
        var gradients = gradients
        let count = steps.reduce(0) { $0 + $1.parameterCount }
        let parameters = FloatBuffer(count: count)
        var end = parameters.floats + count
        func write(_ values: [Float]) {
            end -= values.count
            for (index, value) in values.enumerated() { end[index] = value }
        }
        for (place, step) in steps.enumerated().reversed() {
            if let tapped = taps[place] {
                let current = gradients
                gradients = team.map(current.count) { stack in
                    var sum = current[stack]
                    sum.add(tapped[stack])
                    return sum
                }
            }
            switch step.kind {
            case .convolution(let convolution):
                write(Convolution.biasGradient(of: gradients, team: team))
                end -= convolution.filter.values.count
                convolution.writeFilterGradient(
                    of: gradients, at: step.inputs, into: parameters, at: end - parameters.floats, team: team)
                // Nobody needs the gradient by the images.
                guard place > 0 else { continue }
                let back = InputGradient(of: convolution, team: team)
                let stacks = zip(gradients, step.inputs).map { $0 }
                gradients = team.map(stacks.count, sharing: team) { index, team in
                    back(of: stacks[index].0, input: stacks[index].1.shape, team: team)
                }
            case .batchNorm(_, let pass):
                let backward = pass.backward(gradients, team: team)
                write(backward.scale + backward.shift)
                gradients = backward.inputs
            case .rectifier(let outputs):
                let current = gradients
                gradients = team.map(current.count) { current[$0].rectifiedGradient(at: outputs[$0]) }
            case .maxPool(let pool):
                let (current, inputs) = (gradients, step.inputs)
                gradients = team.map(current.count) { pool.gradient(of: current[$0], at: inputs[$0]) }
            }
        }
        return Array(UnsafeBufferPointer(start: parameters.floats, count: count))
    }
}

extension ImageTeam {
    /// A thread for each index, or, with fewer than there are threads, all threads for one after another.
    fileprivate func map(
        _ count: Int, sharing team: ImageTeam, _ body: @Sendable (Int, ImageTeam?) -> Tensor
    ) -> [Tensor] {
        guard count >= threads else { return (0..<count).map { body($0, team) } }
        return map(count) { body($0, nil) }
    }
}
