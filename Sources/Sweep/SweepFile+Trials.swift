import Experiments

extension SweepFile {
    /// What a sweep file stands for.
    struct Expanded {
        var trials: [SweepTrial] = []
        var steps: [ExpansionStep] = []
    }

    /// Expands the file in the fixed order.
    ///
    /// Defaults, matrix × zip, when, exclusions, inclusions, overrides, seeds, duplicates removed.
    ///
    /// - Parameters:
    ///   - overrides: The settings that the command line writes over in every trial.
    ///   - reader: Takes the mistakes.
    /// - Returns: The trials in the order of the table, none where a mistake was reported, and what each rule did.
    func expanded(
        overrides: [(key: SettingKey, value: SettingValue)], reader: inout SweepFileReader
    ) -> Expanded {
        let before = reader.mistakes.count
        var expansion = PointExpansion(self, reader: &reader)
        expansion.applyConditions(&reader)
        expansion.applyExclusions(&reader)
        expansion.applyInclusions(&reader)
        guard let data, reader.mistakes.count == before else { return Expanded() }
        var steps = expansion.steps
        if expansion.points.isEmpty {
            reader.report(.nothingToRun, at: gridPlace)
            return Expanded()
        }
        if seeds.count > 1 { steps.append(ExpansionStep("seeds", .repeats(seeds.count))) }

        var identifiers = TrialIdentifiers(data)
        // An identifier is made of all that tells two points apart, and is much smaller. The seeds of a new point are new.
        var seen: Set<String> = []
        var trials: [SweepTrial] = []
        for point in expansion.points {
            var settings = point.settings
            for override in overrides { settings[override.key] = override.value }
            var canonical = CanonicalSettings(settings, weights: weights)
            for seed in seeds {
                // No other setting matters more or less with another seed.
                canonical.settings.seed = seed
                let id = identifiers.identifier(of: canonical)
                if seed == seeds.first, !seen.insert(id).inserted { break }
                trials.append(SweepTrial(id: id, settings: canonical.settings, weights: canonical.weights))
            }
        }
        let merged = expansion.points.count * seeds.count - trials.count
        if merged > 0 { steps.append(ExpansionStep("duplicates", .merges(trials: merged))) }
        checkStages(of: trials, &reader)
        return reader.mistakes.count == before ? Expanded(trials: trials, steps: steps) : Expanded()
    }

    /// Reports stages that an encoder does not have, once for each encoder.
    private func checkStages(of trials: [SweepTrial], _ reader: inout SweepFileReader) {
        var told: Set<EncoderName> = []
        for encoder in trials.lazy.map(\.settings.encoder) {
            let known = encoder.name.stageNumbers
            guard let stage = encoder.stages.first(where: { !known.contains($0) }), told.insert(encoder.name).inserted
            else { continue }
            reader.report(
                .noSuchStage(
                    stage, encoder: encoder.name.rawValue, lowest: known.lowerBound, highest: known.upperBound),
                at: gridPlace)
        }
    }
}
