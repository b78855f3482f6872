package import Experiments

/// One point of a sweep's grid, seed included.
package struct SweepTrial: Hashable, Sendable {
    /// 32 hexadecimal digits, hashed from everything that decides the result.
    ///
    /// The name and description of the sweep, its layout, the order of keys and comments are not in it, so the same
    /// point has the same identifier in every sweep and on every host.
    package let id: String
    package let settings: TrialSettings
    /// A weights file, or the training that makes the weights.
    ///
    /// `encoder.from` says which of the two, since a million trials have no room for more.
    private let origin: String?

    init(id: String, settings: TrialSettings, origin: String?) {
        (self.id, self.settings, self.origin) = (id, settings, origin)
    }

    /// The weights file of the trial's encoder; without one, the encoder's seed draws them, or a training makes them.
    package var weights: String? { settings.encoder.from == .none ? origin : nil }
    /// The trial of the same sweep that trains its encoder; nil where none does.
    package var trainedBy: String? { settings.encoder.from == .none ? nil : origin }
    /// The weights as something on a disk.
    var content: ContentSource? { weights.map { .weights(file: $0, settings.encoder.name) } }
    /// Every setting as tables show it, in the order of `SettingKey.all`.
    package var values: [ShownSetting] {
        let irrelevant = CanonicalSettings.irrelevant(in: settings, weights: weights)
        return SettingKey.all.map { key in
            let isIrrelevant =
                irrelevant.contains(key.name) || CanonicalSettings.isIrrelevant(key.name, to: settings)
            let value = isIrrelevant ? Self.irrelevant : settings[key].description
            return ShownSetting(key: key.name, value: value)
        }
    }

    package struct ShownSetting: Hashable, Sendable {
        /// The name of the setting, `posenet.kernel`.
        package let key: String
        /// The canonical spelling, or ``irrelevant``.
        package let value: String
    }

    /// Stands for a setting that cannot change this trial's result, such as the padding of no encoder.
    package static let irrelevant = "–"
}
