import Experiments

/// A trial's settings with those that cannot change its result set to their defaults, so that they make one point.
struct CanonicalSettings: Hashable {
    let settings: TrialSettings
    let weights: String?
    /// The names of the settings that cannot matter.
    let irrelevant: Set<String>

    init(_ written: TrialSettings, weights: [EncoderName: String]) {
        self.weights = weights[written.encoder.name]
        var settings = written
        var irrelevant: Set<String> = []
        let fresh = TrialSettings()
        if settings.encoder.name == .none {
            // The raw image has no convolutions, no weights and a single stage.
            irrelevant.formUnion(["encoder.padding", "encoder.seed", "encoder.stages"])
        }
        if self.weights != nil { irrelevant.insert("encoder.seed") }
        if ![.horizontalStripes, .verticalStripes].contains(settings.target) { irrelevant.insert("stripes") }
        for key in SettingKey.all where irrelevant.contains(key.name) { settings[key] = fresh[key] }
        self.settings = settings
        self.irrelevant = irrelevant
    }

    /// Every setting as tables show it.
    var shown: [SweepTrial.ShownSetting] {
        SettingKey.all.map { key in
            SweepTrial.ShownSetting(
                key: key.name,
                value: irrelevant.contains(key.name) ? SweepTrial.irrelevant : settings[key].description)
        }
    }
}
