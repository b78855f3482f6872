import ConvEngine

/// A group of readouts in training: their optimisers and targets, and the steps that they make together.
struct FitGroup {
    private(set) var readouts: ReadoutGroup
    private let settings: [FitSettings]
    private let targets: [FitTarget]
    private var outputOptimizers: [any Optimizer]
    private var hiddenOptimizers: [any Optimizer]

    /// - Parameters:
    ///   - readouts: The group as it is before training.
    ///   - trials: The settings of all trials, of which the group's members are some.
    ///   - targetSide: The side of the target maps, on which the loss is taken.
    init(_ readouts: ReadoutGroup, trials: [TrialSettings], targetSide: Int) {
        let trials = readouts.members.map { trials[$0] }
        self.readouts = readouts
        settings = trials.map(\.fit)
        targets = zip(trials, readouts.stack.layers).map { trial, layer in
            FitTarget(
                trial.target.values(side: targetSide, stripes: trial.stripes),
                resize: BilinearResize(from: layer.outputSide, to: targetSide))
        }
        outputOptimizers = zip(trials, readouts.stack.layers).map { trial, layer in
            trial.fit.optimizer(parameters: layer.parameters.count)
        }
        hiddenOptimizers = readouts.hidden.map { layer in
            trials[0].fit.optimizer(parameters: layer.parameters.count)
        }
    }

    /// One step of every readout on the features of a batch; the result is each member's loss before the step.
    mutating func step(on features: [FeatureMaps], epoch: Int, team: ImageTeam) -> [Double] {
        var maps = features.map { $0.selecting(readouts.selection.places) }
        var passes: [HiddenPass] = []
        for layer in readouts.hidden {
            let inputs = maps
            let pass = HiddenPass(layer, over: team.map(inputs.count) { inputs[$0].stacked }, team: team)
            maps = pass.outputs.map { FeatureMaps($0) }
            passes.append(pass)
        }
        let (steps, columnGradients) = outputSteps(on: maps, team: team)
        let stack = readouts.stack
        let gradient = StackedProjection.gradient(of: columnGradients, at: maps, team: team)
        for (member, step) in steps.enumerated() { update(member, by: step, gradient: gradient, epoch: epoch) }
        guard !passes.isEmpty else { return steps.map(\.loss) }
        var gradients = stack.inputGradients(of: columnGradients, team: team)
        let rate = settings[0].learningRate(epoch: epoch)
        for number in passes.indices.reversed() {
            let backward = passes[number].backward(gradients, isFirst: number == 0, team: team)
            hiddenOptimizers[number].step(
                &readouts.hidden[number].parameters, gradient: backward.parameters, learningRate: rate)
            readouts.hidden[number].average(mean: passes[number].mean, variance: passes[number].unbiasedVariance)
            gradients = backward.inputs
        }
        return steps.map(\.loss)
    }

    /// The last layers' steps, and what each loss changes by per unit of their stack's columns.
    private func outputSteps(on maps: [FeatureMaps], team: ImageTeam) -> (steps: [FitStep], columnGradients: [Tensor]) {
        let (stack, targets) = (readouts.stack, targets)
        let projection = stack.projection(ofStages: readouts.outputStages)
        let projected = team.map(maps.count) { image in projection(maps[image]).values }
        let steps = team.map(stack.layers.count) { member in
            let layer = stack.layers[member]
            let outputs = projected.map { values in
                layer.convolved(values, first: stack.firstColumns[member], stride: stack.columns)
            }
            return FitStep(outputs: outputs, readout: layer, target: targets[member])
        }
        let columnGradients = team.map(maps.count) { image in
            var spread = [Float](repeating: 0, count: projected[image].count)
            for (member, layer) in stack.layers.enumerated() {
                layer.spread(
                    steps[member].outputGradients[image], first: stack.firstColumns[member], stride: stack.columns,
                    into: &spread)
            }
            let side = maps[image].side
            return Tensor(Shape(images: 1, height: side, width: side, channels: stack.columns), values: spread)
        }
        return (steps, columnGradients)
    }

    private mutating func update(_ member: Int, by step: FitStep, gradient: [Float], epoch: Int) {
        let filters = readouts.stack.filterGradient(of: member, in: gradient)
        outputOptimizers[member].step(
            &readouts.stack.layers[member].parameters,
            gradient: filters + [step.biasGradient, step.scaleGradient, step.shiftGradient],
            learningRate: settings[member].learningRate(epoch: epoch))
        readouts.stack.layers[member].average(mean: step.mean, variance: step.unbiasedVariance)
    }
}
