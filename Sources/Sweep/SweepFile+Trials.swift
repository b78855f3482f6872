import Experiments

extension SweepFile {
    /// What a sweep file stands for.
    struct Expanded {
        var trials: [CanonicalSettings] = []
        var steps: [ExpansionStep] = []
        /// How many of the last trials are there because others need them.
        var addedTrainings = 0
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
        guard reader.mistakes.count == before else { return Expanded() }
        var steps = expansion.steps
        if expansion.points.isEmpty {
            reader.report(.nothingToRun, at: gridPlace)
            return Expanded()
        }
        if seeds.count > 1 { steps.append(ExpansionStep("seeds", .repeats(seeds.count))) }

        var points = TrialIdentifiers.ofPoints
        // An identifier is made of all that tells two points apart, and is much smaller.
        var seen: Set<String> = []
        var trials: [CanonicalSettings] = []
        for point in expansion.points {
            var settings = point.settings
            for override in overrides { settings[override.key] = override.value }
            // No other setting matters more or less with another seed, and the seeds of a new point are new.
            var canonical = CanonicalSettings(settings, weights: weights)
            canonical.settings.seed = seeds.first ?? 0
            guard seen.insert(points.identifier(of: canonical)).inserted else { continue }
            for seed in seeds {
                canonical.settings.seed = seed
                trials.append(canonical)
            }
        }
        let merged = expansion.points.count * seeds.count - trials.count
        if merged > 0 { steps.append(ExpansionStep("duplicates", .merges(trials: merged))) }
        checkData(of: trials, &reader)
        let added = addTrainings(to: &trials, &reader)
        if added > 0 { steps.append(ExpansionStep("encoder.from", .trains(trials: added))) }
        checkStages(of: trials, &reader)
        checkTrainings(of: trials.dropLast(added), &reader) { _ in gridPlace }
        checkTrainings(of: trials.suffix(added), &reader, at: place(ofTraining:))
        guard reader.mistakes.count == before else { return Expanded() }
        return Expanded(trials: trials, steps: steps, addedTrainings: added)
    }

    /// Reports that nothing is said of the images for what the trials do; what is said wrongly has been reported.
    private func checkData(of trials: [CanonicalSettings], _ reader: inout SweepFileReader) {
        let experiments = Set(trials.map(\.settings.experiment))
        let start = sections["name"]?.place ?? gridPlace
        if experiments.contains(.position), sections["data"] == nil {
            reader.report(
                .missingKey("data", section: "the sweep", example: SweepFileReader.dataExample), at: start)
        }
        let goals = experiments.compactMap(\.goal).sorted { $0.rawValue < $1.rawValue }
        guard let written = sections["training"]?["data"] else {
            guard !goals.isEmpty else { return }
            reader.report(
                .missingKey("training", section: "the sweep", example: SweepFileReader.trainingExample),
                at: sections["training"]?.place ?? start)
            return
        }
        for goal in goals where !training.isEmpty && training[goal] == nil && written[goal.rawValue] == nil {
            reader.report(
                .missingKey(goal.rawValue, section: "training.data", example: SweepFileReader.trainingExample),
                at: written.place)
        }
    }

    /// Reports what cannot be trained, once for each encoder and task.
    private func checkTrainings(
        of trials: ArraySlice<CanonicalSettings>, _ reader: inout SweepFileReader,
        at place: (ExperimentKind) -> SweepMistake.Place
    ) {
        guard !training.isEmpty else { return }
        var told: Set<String> = []
        for trial in trials {
            guard let specification = training.specification(of: trial.settings) else { continue }
            do {
                try specification.check()
            } catch  where told.insert(error.description).inserted {
                var place = place(trial.settings.experiment)
                if case .trainingImagesTooSmall = error { place = self.place(ofImagesFor: specification.goal) ?? place }
                reader.report(.notTrainable(error.description), at: place)
            } catch {}
        }
    }

    /// Where the size of a task's images is written, or else what they are.
    private func place(ofImagesFor goal: TrainingGoal) -> SweepMistake.Place? {
        let written = sections["training"]?["data"]
        let data = written?[goal.rawValue] ?? written
        return (data?["size"] ?? data)?.place
    }

    /// Reports stages that an encoder does not have, once for each encoder.
    private func checkStages(of trials: [CanonicalSettings], _ reader: inout SweepFileReader) {
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
