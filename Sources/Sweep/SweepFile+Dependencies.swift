import Experiments

extension SweepFile {
    /// Adds the trainings that trials of positions need and that are not among the trials.
    ///
    /// - Returns: How many there are; they are the last trials.
    func addTrainings(to trials: inout [CanonicalSettings], _ reader: inout SweepFileReader) -> Int {
        guard trials.contains(where: { $0.settings.encoder.from != .none }) else { return 0 }
        var known = Set(trials.lazy.filter { $0.settings.experiment != .position })
        var added: [CanonicalSettings] = []
        var told: Set<TrainingGoal> = []
        for trial in trials {
            guard let needed = trial.training, known.insert(needed).inserted else { continue }
            added.append(needed)
            let experiment = needed.settings.experiment
            if let goal = experiment.goal, training[goal] == nil, told.insert(goal).inserted {
                reader.report(
                    .nothingToTrainOn(goal.rawValue, example: SweepFileReader.trainingExample),
                    at: place(ofTraining: experiment))
            }
        }
        guard trials.count + added.count <= Grid.largestCount else {
            let sizes = "trials: \(trials.count), trainings that they need: \(added.count)"
            reader.report(.tooManyTrials(sizes, limit: Grid.largestCount), at: gridPlace)
            return 0
        }
        trials += added
        return added.count
    }

    /// Where the file says that encoders come from such trainings.
    func place(ofTraining experiment: ExperimentKind) -> SweepMistake.Place {
        let key = "encoder.from"
        let axes = ["matrix", "vary", "baseline"].compactMap { sections[$0]?[key] }
        let written = [sections["encoder"]?["from"]].compactMap(\.self) + axes
        return written.first { $0.mentions(experiment.rawValue) }?.place ?? gridPlace
    }
}

extension Document {
    /// Whether it is this word, or a list with it.
    fileprivate func mentions(_ word: String) -> Bool {
        if case .list(let elements) = content { elements.contains { $0.text == word } } else { text == word }
    }
}
