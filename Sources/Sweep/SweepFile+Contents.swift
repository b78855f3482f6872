import Experiments

extension SweepFile {
    /// What is in the folders and weights files that trials read.
    ///
    /// - Parameters:
    ///   - trials: The trials.
    ///   - data: The images that those read that read positions.
    ///   - training: The images that the others are trained on.
    ///   - digest: What is in one of them.
    /// - Returns: The digest of each.
    /// - Throws: A mistake for each that cannot be read, where the file names it.
    func contents(
        readBy trials: [CanonicalSettings], _ data: SweepData?, _ training: [TrainingGoal: TrainingData],
        _ digest: (ContentSource) throws(DataError) -> ContentDigest
    ) throws(SweepError) -> [ContentSource: ContentDigest] {
        var named: [(source: ContentSource, place: SweepMistake.Place?)] = []
        if let train = data?.train.content { named.append((train, sections["data"]?["train"]?.place)) }
        for goal in TrainingGoal.allCases {
            let written = sections["training"]?["data"]
            for (key, source) in training[goal]?.sources ?? [] {
                let place = key.reduce(written?[goal.rawValue] ?? written) { $0?[$1] }?.place
                named += source.contents.map { ($0, place) }
            }
        }
        for set in data?.test ?? [] {
            guard let content = set.source.content else { continue }
            named.append((content, sections["data"]?["test"]?[set.name]?.place))
        }
        // One weights file for each encoder.
        var encoders: Set<EncoderName> = []
        for trial in trials {
            guard let content = trial.content, encoders.insert(trial.settings.encoder.name).inserted else { continue }
            named.append((content, sections["weights"]?[trial.settings.encoder.name.rawValue]?.place))
        }
        var contents: [ContentSource: ContentDigest] = [:]
        var mistakes: [SweepMistake] = []
        for (source, place) in named where contents[source] == nil {
            do throws(DataError) {
                contents[source] = try digest(source)
            } catch {
                mistakes.append(SweepMistake(place: place ?? gridPlace, cause: .unusableContent(error.description)))
            }
        }
        guard mistakes.isEmpty else { throw SweepError(mistakes) }
        return contents
    }
}
