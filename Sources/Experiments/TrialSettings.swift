/// What one trial runs: every setting that may differ between two rows of a results table.
///
/// The defaults are the authors' (Islam et al. 2020, public code), so an empty sweep file reproduces their readout.
package struct TrialSettings: Hashable, Codable, Sendable {
    package var experiment = ExperimentKind.position
    package var encoder = EncoderSettings()
    package var target = PositionMap.horizontal
    package var stripes = StripeRange.unit
    package var posenet = PosENetSettings()
    package var fit = FitSettings()
    /// How an encoder is trained, where the experiment is to train one.
    package var training: FitSettings {
        get { if case .own(let fit) = schedule { fit } else { .training } }
        set { schedule = newValue == .training ? .usual : .own(newValue) }
    }
    private var schedule = TrainingSchedule.usual
    /// Draws the initial weights of what is trained: the readout, or the encoder.
    ///
    /// A repeat, never an axis: all arms of a sweep use the same seeds.
    package var seed = 1

    package init() {}

    /// Behind a pointer, for of a million trials hardly one has its own.
    private indirect enum TrainingSchedule: Hashable {
        case usual
        case own(FitSettings)
    }

    /// In the body of a task stand position trials alone; a training has a specification of its own.
    private enum CodingKeys: String, CodingKey {
        case encoder, target, stripes, posenet, fit, seed
    }
}

/// The frozen network whose features are read, f_enc in the paper.
package struct EncoderSettings: Hashable, Codable, Sendable {
    package var name = EncoderName.vgg16
    /// What its weights were trained for in the same sweep.
    package var from = EncoderOrigin.none
    package var padding = EncoderPadding.zero
    package var normalise = Normalisation.none
    /// Draws the encoder's weights where the sweep file names no weights file.
    package var seed = 1
    /// The tapped stages, ascending; empty stands for all that the encoder has, without a ResNet's stem.
    package var stages: [Int] = []

    package init() {}

    /// The numbers of the stages that are read.
    package var readStages: [Int] {
        name == .none || stages.isEmpty ? name.defaultStages : stages
    }

    /// In the body of a task stands which training's weights it reads, and not what that training is for.
    private enum CodingKeys: String, CodingKey {
        case name, padding, normalise, seed, stages
    }

    /// What an encoder pass depends on: everything but which of its stages are read.
    package var pass: EncoderSettings {
        var pass = self
        pass.stages = []
        return pass
    }
}

/// What the encoder's convolutions read outside their maps, with the same weights.
package enum EncoderPadding: String, CaseIterable, Codable, Sendable {
    /// Zeros, as the networks were trained.
    case zero
    /// Nothing: every convolution shrinks its map.
    case none
    /// The map mirrored at its border pixel, which is not repeated.
    case reflect
    /// The border pixel, repeated.
    case replicate
    /// The opposite side of the map.
    case circular
}

/// What is done to an image in [0, 1] before the encoder sees it.
package enum Normalisation: String, CaseIterable, Codable, Sendable {
    /// Nothing, as in the authors' code.
    case none
    /// Mean and standard deviation of ImageNet, which every other user of torchvision weights expects.
    case imagenet
}

/// The values between which the stripe targets HS and VS swing.
package enum StripeRange: String, CaseIterable, Codable, Sendable {
    /// [0, 1], as in the authors' code.
    case unit
    /// [−1, 1], the scale on which the paper's tables give the stripes' MAE.
    case signed
}

/// The trainable readout f_pem.
package struct PosENetSettings: Hashable, Codable, Sendable {
    package var layers = 1
    package var kernel = 3
    package var padding = 0
    /// Channels of the hidden layers; nil stands for as many as the features have, as in the authors' code.
    package var hidden: Int?

    package init() {}
}

package enum OptimizerName: String, CaseIterable, Codable, Sendable {
    /// With momentum and weight decay, in PyTorch's form.
    case sgd
    /// Kingma and Ba 2015 with β of 0.9 and 0.999; the weight decay is added to the gradient, as PyTorch's `Adam` does.
    case adam
}

/// How something is trained: the readout on the mean squared error, or an encoder on its task's loss.
package struct FitSettings: Hashable, Codable, Sendable {
    package var epochs = 15
    package var batch = 32
    package var optimizer = OptimizerName.sgd
    package var learningRate = 0.1
    /// The epochs, counted from 0, from which on the learning rate is a tenth of what it was.
    package var decayAt = [10]
    package var momentum = 0.9
    package var weightDecay = 1e-4
    /// Draws the order of the images, the same for all trials, so that a task's fits share one pass over the features.
    package var orderSeed = 1

    package init() {}
    /// For an encoder that is trained from scratch, where the paper is silent: ours.
    static let training = {
        var fit = FitSettings()
        (fit.batch, fit.learningRate) = (8, 0.01)
        return fit
    }()
}
