/// A setting's name in sweep files, what it accepts, and where it stands in a trial's settings.
///
/// ``all`` is the one list of what can be set or swept: validation, axes, table layouts and the reference of the sweep
/// file are made from it.
package struct SettingKey: Sendable {
    /// The name as a path, `posenet.kernel`.
    package let name: String
    package let kind: Kind
    /// One sentence for the sweep file's reference.
    package let summary: String
    let read: @Sendable (TrialSettings) -> SettingValue
    let write: @Sendable (inout TrialSettings, SettingValue) -> Void

    /// What a setting accepts.
    package enum Kind: Hashable, Sendable {
        case choice([String])
        /// A whole number, or the word if there is one.
        case integer(ClosedRange<Int>, orWord: String? = nil)
        case number(ClosedRange<Double>)
        /// A list of ascending whole numbers, at least `fewest` of them, or the word if there is one.
        case integers(ClosedRange<Int>, fewest: Int, orWord: String? = nil)
    }
}

/// A typed value of a setting; `3`, `3.0` and `"3"` in a file become the same one.
package enum SettingValue: Hashable, Codable, Sendable {
    case text(String)
    case integer(Int)
    case number(Double)
    case integers([Int])
}

extension SettingValue: CustomStringConvertible {
    /// The canonical spelling, which identifiers are hashed from and tables show.
    package var description: String {
        switch self {
        case .text(let text): text
        case .integer(let integer): String(integer)
        case .number(let number): number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : "\(number)"
        case .integers(let integers): "[" + integers.map(String.init).joined(separator: ", ") + "]"
        }
    }
}

extension TrialSettings {
    /// The value of a setting, or that of a key's default in a fresh `TrialSettings()`.
    package subscript(key: SettingKey) -> SettingValue {
        get { key.read(self) }
        set { key.write(&self, newValue) }
    }
}

extension SettingKey {
    /// Every setting, in the order in which they are documented and hashed.
    package static let all: [SettingKey] =
        [
            choice("experiment", \.experiment, "What a trial does: read positions from an encoder, or train one."),
            choice("encoder", \.encoder.name, "The network whose features are read; none reads the raw image."),
            choice(
                "encoder.from", \.encoder.from,
                "The task that the encoder is trained for in this sweep; none takes a weights file, or draws weights."),
            choice(
                "encoder.padding", \.encoder.padding, "Padding of the encoder's convolutions, with the same weights."),
            choice("encoder.normalise", \.encoder.normalise, "What is done to an image before the encoder sees it."),
            integer(
                "encoder.seed", \.encoder.seed, 0...Int(Int32.max), "Draws He weights where no weights file is named."),
            stages,
            choice("target", \.target, "The position map that is predicted."),
            choice("stripes", \.stripes, "The values between which HS and VS swing."),
            integer("posenet.layers", \.posenet.layers, 1...3, "Convolutions in the readout."),
            integer("posenet.kernel", \.posenet.kernel, 1...15, "Side of the readout's kernels; odd."),
            integer("posenet.padding", \.posenet.padding, 0...7, "Zero padding of the readout."),
            hidden,
        ] + fit + fit.map(\.ofTraining) + [
            integer("seed", \.seed, 0...Int(Int32.max), "Draws the initial weights of what is trained; set by `seeds`.")
        ]

    private static let fit = [
        integer("fit.epochs", \.fit.epochs, 1...10_000, "Passes over the training images."),
        integer("fit.batch", \.fit.batch, 1...4_096, "Images per step; the last batch of an epoch may be smaller."),
        choice("fit.optimizer", \.fit.optimizer, "What turns gradients into steps."),
        number("fit.learning_rate", \.fit.learningRate, 1e-9...1e3, "Size of the steps."),
        integers("fit.decay_at", \.fit.decayAt, 0...10_000, fewest: 0, "Epochs from which on the rate is a tenth."),
        number("fit.momentum", \.fit.momentum, 0...1, "Momentum of SGD; Adam has its own."),
        number("fit.weight_decay", \.fit.weightDecay, 0...1, "L2 penalty on weights, biases and batch norm alike."),
        integer("fit.order_seed", \.fit.orderSeed, 0...Int(Int32.max), "Draws the order of the training images."),
    ]

    /// The same setting of an encoder's training, `training.epochs` for `fit.epochs`.
    private var ofTraining: SettingKey {
        SettingKey(name: "training" + name.dropFirst("fit".count), kind: kind, summary: summary) { settings in
            var settings = settings
            settings.fit = settings.training
            return read(settings)
        } write: { settings, value in
            var changed = settings
            changed.fit = settings.training
            write(&changed, value)
            settings.training = changed.fit
        }
    }

    /// The setting of this name.
    package static func named(_ name: String) -> SettingKey? {
        byName[name]
    }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}

extension SettingKey {
    private static let stages = SettingKey(
        name: "encoder.stages", kind: .integers(0...highestStage, fewest: 1, orWord: "all"),
        summary: "The stages whose features are read, counted from 1; 0 is a ResNet's stem."
    ) { settings in
        settings.encoder.stages.isEmpty ? .text("all") : .integers(settings.encoder.stages)
    } write: { settings, value in
        switch value {
        case .integers(let stages): settings.encoder.stages = stages
        default: settings.encoder.stages = []
        }
    }

    private static let highestStage = EncoderName.allCases.map(\.stageNumbers.upperBound).max() ?? 1

    private static let hidden = SettingKey(
        name: "posenet.hidden", kind: .integer(1...8_192, orWord: "same"),
        summary: "Channels of the hidden layers; same stands for as many as the features have."
    ) { settings in
        settings.posenet.hidden.map(SettingValue.integer) ?? .text("same")
    } write: { settings, value in
        switch value {
        case .integer(let channels): settings.posenet.hidden = channels
        default: settings.posenet.hidden = nil
        }
    }

    private static func choice<Value>(
        _ name: String, _ path: any WritableKeyPath<TrialSettings, Value> & Sendable, _ summary: String
    ) -> SettingKey where Value: RawRepresentable<String> & CaseIterable & SendableMetatype {
        SettingKey(name: name, kind: .choice(Value.allCases.map(\.rawValue)), summary: summary) { settings in
            .text(settings[keyPath: path].rawValue)
        } write: { settings, value in
            guard case .text(let text) = value, let choice = Value(rawValue: text) else { return }
            settings[keyPath: path] = choice
        }
    }

    private static func integer(
        _ name: String, _ path: any WritableKeyPath<TrialSettings, Int> & Sendable, _ range: ClosedRange<Int>,
        _ summary: String
    ) -> SettingKey {
        SettingKey(name: name, kind: .integer(range), summary: summary) { settings in
            .integer(settings[keyPath: path])
        } write: { settings, value in
            guard case .integer(let integer) = value else { return }
            settings[keyPath: path] = integer
        }
    }

    private static func number(
        _ name: String, _ path: any WritableKeyPath<TrialSettings, Double> & Sendable, _ range: ClosedRange<Double>,
        _ summary: String
    ) -> SettingKey {
        SettingKey(name: name, kind: .number(range), summary: summary) { settings in
            .number(settings[keyPath: path])
        } write: { settings, value in
            guard case .number(let number) = value else { return }
            settings[keyPath: path] = number
        }
    }

    private static func integers(
        _ name: String, _ path: any WritableKeyPath<TrialSettings, [Int]> & Sendable, _ range: ClosedRange<Int>,
        fewest: Int, _ summary: String
    ) -> SettingKey {
        SettingKey(name: name, kind: .integers(range, fewest: fewest), summary: summary) { settings in
            .integers(settings[keyPath: path])
        } write: { settings, value in
            guard case .integers(let integers) = value else { return }
            settings[keyPath: path] = integers
        }
    }
}
