import Experiments

extension SweepTrial {
    /// What draws the readout's initial weights.
    package var seed: Int { settings.seed }

    /// Whether both are the same point, apart from the seed.
    package func isRepeated(by other: SweepTrial) -> Bool {
        var settings = other.settings
        settings.seed = self.settings.seed
        return settings == self.settings && weights == other.weights
    }
}
