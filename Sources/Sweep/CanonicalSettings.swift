import Experiments

/// A trial's settings with those that cannot change its result set to their defaults, so that they make one point.
struct CanonicalSettings: Hashable {
    var settings: TrialSettings
    /// The weights file of the trial's encoder.
    let weights: String?

    init(_ written: TrialSettings, weights: [EncoderName: String]) {
        let weights = weights[written.encoder.name]
        var settings = written
        let fresh = TrialSettings()
        for name in Self.irrelevant(in: written, weights: weights) {
            guard let key = SettingKey.named(name) else { continue }
            settings[key] = fresh[key]
        }
        if settings.encoder.stages == settings.encoder.name.defaultStages { settings.encoder.stages = [] }
        (self.settings, self.weights) = (settings, weights)
    }

    /// The weights as something on a disk.
    var content: ContentSource? { weights.map { .weights(file: $0, settings.encoder.name) } }

    /// The names of the settings that cannot matter beside the others.
    static func irrelevant(in settings: TrialSettings, weights: String?) -> Set<String> {
        var names: Set<String> = []
        if settings.encoder.name == .none {
            // The raw image has no convolutions, no weights and a single stage.
            names.formUnion(["encoder.padding", "encoder.seed", "encoder.stages"])
        }
        if settings.posenet.layers == 1 { names.insert("posenet.hidden") }
        if settings.fit.optimizer == .adam { names.insert("fit.momentum") }
        if weights != nil { names.insert("encoder.seed") }
        if !settings.target.isStriped { names.insert("stripes") }
        return names
    }
}
