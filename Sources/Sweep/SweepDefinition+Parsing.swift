package import Experiments

extension SweepDefinition {
    /// Reads, checks and expands the text of a sweep file.
    ///
    /// - Parameters:
    ///   - text: The file's text.
    ///   - path: Its path as it was typed, for messages.
    ///   - folder: The absolute path of the folder that relative paths start at.
    ///   - environment: What `${NAME}` is read from.
    ///   - overrides: The `key=value` of each `--set`; of two for one key the later holds.
    ///   - workers: How many workers the tasks are planned for; the trials do not depend on it.
    ///   - exists: Whether there is a file or folder at a path.
    ///   - digest: What is in a folder or file that the trials read; asked once for each, in a file without mistakes.
    /// - Throws: Every mistake at once; nothing of a file with a mistake is run.
    package init(
        parsing text: String, path: String, folder: String, environment: [String: String] = [:],
        overrides: [String] = [], workers: Int = 1, exists: @escaping (String) -> Bool,
        digest: (ContentSource) throws(DataError) -> ContentDigest = Self.nothingToRead
    ) throws(SweepError) {
        origin = SweepOrigin(path: path, folder: folder, overrides: overrides, variables: environment)
        var reader = SweepFileReader(folder: folder, exists: exists)
        let (written, unexpanded) = try DocumentReader.read(text, path: path, environment: environment)
        let (overrides, misspelt) = OverrideList.read(overrides, &reader)
        let unread = unexpanded + misspelt
        let document = overrides.applied(to: written)
        guard document.entries != nil else {
            let cause = SweepMistake.Cause.wrongType(key: "a sweep file", expected: "a map", found: document.kind)
            throw SweepError([SweepMistake(place: document.place, cause: cause)])
        }
        let file = SweepFile(document, path: path, imageLimit: overrides.imageLimit, reader: &reader)
        var expanded = file.isExpandable ? file.expanded(overrides: overrides.settings, reader: &reader) : .init()
        // What else is wrong with a value that could not be read follows from that.
        let unreadPlaces = Set(unread.map(\.place))
        let mistakes = unread + reader.mistakes.filter { !unreadPlaces.contains($0.place) }
        guard mistakes.isEmpty else { throw SweepError(mistakes.inOrderOfPlace) }
        let experiments = Set(expanded.trials.map(\.settings.experiment))
        let data = experiments.contains(.position) ? file.data : nil
        let training = file.training.filter { goal, _ in experiments.contains { $0.goal == goal } }
        let contents = try file.contents(readBy: expanded.trials, data, training, digest)
        var identifiers = TrialIdentifiers(data, training: training, contents: contents)
        trials = expanded.trials.map { canonical in
            SweepTrial(
                id: identifiers.identifier(of: canonical), settings: canonical.settings,
                origin: identifiers.training(of: canonical) ?? canonical.weights)
        }
        // A million settings are not kept twice.
        expanded.trials = []
        do {
            tasks = try TaskPlan(
                trials: trials, data: data, training: training, contents: contents, workers: workers
            ).tasks
        } catch {
            throw SweepError([SweepMistake(place: file.gridPlace, cause: error)])
        }
        let isAsked = (file.layout.rows + file.layout.columns).contains("experiment")
        hiddenTrainings = isAsked ? 0 : expanded.addedTrainings
        (name, description, self.contents) = (file.name, file.description, contents)
        (self.data, self.training) = (data, training)
        (layout, reference, expansion) = (file.layout, file.reference, expanded.steps)
        textDigest = ContentHash.digest(of: Array(text.utf8))
    }
}

extension SweepDefinition {
    /// For sweeps on drawn images and seeded weights.
    package static func nothingToRead(_ source: ContentSource) throws(DataError) -> ContentDigest {
        switch source {
        case .images(let path, _), .weights(let path, _): throw .missing(path)
        }
    }
}

extension [SweepMistake] {
    /// As a reader meets them: those of the file from top to bottom, then those of the command line.
    fileprivate var inOrderOfPlace: [SweepMistake] {
        let ranked = enumerated().map { number, mistake in
            switch mistake.place {
            case .file(_, let line, let column): (rank: [0, line, column, number], mistake)
            case .override: (rank: [1, 0, 0, number], mistake)
            }
        }
        return ranked.sorted { $0.rank.lexicographicallyPrecedes($1.rank) }.map(\.1)
    }
}
