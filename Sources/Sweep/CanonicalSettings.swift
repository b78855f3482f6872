import Experiments

/// A trial's settings with those that cannot change its result set to their defaults, so that they make one point.
struct CanonicalSettings: Hashable {
    var settings: TrialSettings
    /// The weights file of the trial's encoder.
    let weights: String?

    init(_ written: TrialSettings, weights: [EncoderName: String]) {
        let readsFile = written.experiment == .position && written.encoder.origin == .none
        let weights = readsFile ? weights[written.encoder.name] : nil
        var settings = written
        let fresh = TrialSettings()
        if readsFile {
            settings.training = fresh.training
        } else if written.experiment != .position {
            (settings.target, settings.stripes, settings.posenet) = (fresh.target, fresh.stripes, fresh.posenet)
            settings.fit = fresh.fit
        }
        for name in Self.irrelevant(in: written, weights: weights) {
            guard let key = SettingKey.named(name) else { continue }
            settings[key] = fresh[key]
        }
        if settings.encoder.stages == settings.encoder.name.defaultStages { settings.encoder.stages = [] }
        (self.settings, self.weights) = (settings, weights)
    }

    /// The weights as something on a disk.
    var content: ContentSource? { weights.map { .weights(file: $0, settings.encoder.name) } }

    /// What trains its encoder; nil where that is not trained, or the trial is a training itself.
    var training: CanonicalSettings? {
        guard settings.experiment == .position, let experiment = settings.encoder.origin.experiment else { return nil }
        var training = settings
        training.experiment = experiment
        return CanonicalSettings(training, weights: [:])
    }

    /// The names of the settings that cannot matter beside the others; ``isIrrelevant(_:to:)`` knows of those that another experiment has.
    static func irrelevant(in settings: TrialSettings, weights: String?) -> Set<String> {
        var names: Set<String> = []
        guard settings.experiment == .position else {
            // A training begins with weights of the trial's own seed, and passes through all stages.
            names = ["encoder.seed", "encoder.stages", "encoder.from"]
            if settings.training.optimizer == .adam { names.insert("training.momentum") }
            return names
        }
        if settings.encoder.name == .none {
            // The raw image has no convolutions, no weights and a single stage.
            names.formUnion(["encoder.padding", "encoder.seed", "encoder.stages", "encoder.from"])
        }
        if settings.encoder.origin != .none {
            names.insert("encoder.seed")
            if settings.training.optimizer == .adam { names.insert("training.momentum") }
        }
        if settings.posenet.layers == 1 { names.insert("posenet.hidden") }
        if settings.fit.optimizer == .adam { names.insert("fit.momentum") }
        if weights != nil { names.insert("encoder.seed") }
        if !settings.target.isStriped { names.insert("stripes") }
        return names
    }

    /// Whether a setting belongs to another experiment than that of these.
    static func isIrrelevant(_ name: String, to settings: TrialSettings) -> Bool {
        let section = name.prefix { $0 != "." }
        guard settings.experiment == .position else {
            return ["target", "stripes", "posenet", "fit"].contains(section)
        }
        return section == "training" && settings.encoder.origin == .none
    }
}

extension EncoderSettings {
    /// Where its weights come from; the raw image has none.
    var origin: EncoderOrigin { name == .none ? .none : from }
}
