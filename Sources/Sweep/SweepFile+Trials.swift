import Experiments

extension SweepFile {
    /// Expands the file in the fixed order.
    ///
    /// Defaults, matrix, exclusions, inclusions, overrides, seeds, duplicates removed.
    ///
    /// - Parameters:
    ///   - overrides: The settings that the command line writes over in every trial.
    ///   - reader: Takes the mistakes.
    /// - Returns: The trials in the order of the table; none where a mistake was reported.
    func trials(
        overrides: [(key: SettingKey, value: SettingValue)], reader: inout SweepFileReader
    ) -> [SweepTrial] {
        let points = points(&reader)
        guard let data, !points.isEmpty else { return [] }
        let base = Self.hash(of: data)
        var seen: Set<CanonicalSettings> = []
        var trials: [SweepTrial] = []
        for point in points {
            var settings = point
            for override in overrides { settings[override.key] = override.value }
            for seed in seeds {
                settings.seed = seed
                let canonical = CanonicalSettings(settings, weights: weights)
                guard seen.insert(canonical).inserted else { continue }
                trials.append(
                    SweepTrial(
                        id: canonical.identifier(base), settings: canonical.settings, weights: canonical.weights))
            }
        }
        return trials
    }

    /// The grid without what is excluded, then what is included, before overrides and seeds.
    private func points(_ reader: inout SweepFileReader) -> [TrialSettings] {
        let grid: Grid
        do {
            grid = try Grid(axes: axes, repeats: max(1, seeds.count))
        } catch {
            // An axis without values has been reported where it stands.
            if case .emptyAxis = error { return [] }
            reader.report(error, at: gridPlace)
            return []
        }
        let comparisons = grid.count * exclusions.count
        guard comparisons <= Self.comparisonsLimit else {
            reader.report(.tooManyExclusions(exclusions.count, combinations: grid.count), at: exclusions[0].place)
            return []
        }
        var matched = [Bool](repeating: false, count: exclusions.count)
        var points: [TrialSettings] = []
        let keys = grid.axes.compactMap { SettingKey.named($0.key) }
        for combination in grid {
            var settings = defaults
            for key in keys {
                if let value = combination[key.name] { settings[key] = value }
            }
            var isExcluded = false
            for (index, exclusion) in exclusions.enumerated() where exclusion.holds(in: settings) {
                (matched[index], isExcluded) = (true, true)
            }
            if !isExcluded { points.append(settings) }
        }
        for (exclusion, isMatched) in zip(exclusions, matched) where !isMatched {
            reader.report(.unmatchedExclusion("\(exclusion)"), at: exclusion.place)
        }
        var known = inclusions.isEmpty ? [] : Set(points.map { CanonicalSettings($0, weights: weights) })
        for inclusion in inclusions {
            var settings = defaults
            inclusion.apply(to: &settings)
            if known.insert(CanonicalSettings(settings, weights: weights)).inserted {
                points.append(settings)
            } else {
                reader.report(.redundantInclusion("\(inclusion)"), at: inclusion.place)
            }
        }
        if points.isEmpty { reader.report(.nothingToRun, at: gridPlace) }
        return points
    }

    /// What takes some seconds, and what no sweep file needs that a person wrote.
    private static let comparisonsLimit = 20_000_000

    /// The hash of what all trials of the sweep share; test sets by name, since their order changes no figure.
    private static func hash(of data: SweepData) -> ContentHash {
        var hash = ContentHash("posweep trial 1")
        hash.add("size=\(data.size)")
        hash.add(data.train.canonicalText)
        for set in data.test.sorted(by: { $0.name < $1.name }) {
            hash.add(set.name)
            hash.add(set.source.canonicalText)
        }
        return hash
    }
}

extension CanonicalSettings {
    /// The identifier of the trial with these settings on the data that the hash has seen.
    fileprivate func identifier(_ base: ContentHash) -> String {
        var hash = base
        hash.add(weights.map { "weights=\($0)" } ?? "seeded weights")
        for key in SettingKey.all { hash.add("\(key.name)=\(settings[key])") }
        return hash.identifier
    }
}

extension ImageSource {
    fileprivate var canonicalText: String {
        switch self {
        case .folder(let path, let limit): "folder \(limit.map(String.init) ?? "all") \(path)"
        case .constant(let value): "constant \(SettingValue.number(value))"
        case .noise(let kind, let count, let seed): "noise \(kind.rawValue) \(count) \(seed)"
        case .leaves(let count, let seed): "leaves \(count) \(seed)"
        }
    }
}
