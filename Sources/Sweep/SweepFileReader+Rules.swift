import Experiments

extension SweepFileReader {
    /// The partial matches of `exclude`.
    mutating func exclusions(_ document: Document?) -> [Rule] {
        maps(document, section: "exclude").compactMap { rule($0, section: "exclude") }
    }

    /// The points of `include`.
    mutating func inclusions(_ document: Document?) -> [Inclusion] {
        maps(document, section: "include").compactMap { element in
            assignments(element, section: "include").map { Inclusion(assignments: $0, place: element.place) }
        }
    }

    /// The entries of `when`, whose axes are none of those of every point.
    mutating func conditionalAxes(_ document: Document?, taken: Set<String>, draws: Bool) -> [ConditionalAxes] {
        let example = "a list, as [{if: {encoder: resnet152}, matrix: {encoder.stages: [[1], [2]]}}]"
        return maps(document, section: "when", expected: example).compactMap { element in
            let before = mistakes.count
            var (rule, axes): (Rule?, [Axis]) = (nil, [])
            var taken = taken
            let known = entries(of: element, .when)
            for entry in known {
                if entry.key == "if" {
                    rule = self.rule(entry.value, section: "when.if")
                } else {
                    axes = self.axes(entry.value, section: "when.matrix", taken: &taken, draws: draws)
                }
            }
            let isMisspelt = known.count != element.entries?.count
            for key in ["if", "matrix"] where element[key] == nil && !isMisspelt {
                let example = key == "if" ? "if: {encoder: vgg16}" : "matrix: {posenet.kernel: [1, 3]}"
                report(.missingKey(key, section: "when", example: example), at: element.place)
            }
            guard mistakes.count == before, let rule else { return nil }
            return ConditionalAxes(rule: Rule(conditions: rule.conditions, place: element.place), axes: axes)
        }
    }

    /// The elements of a list of maps, without those that are none.
    private mutating func maps(_ document: Document?, section: String, expected: String? = nil) -> [Document] {
        let expected = expected ?? "a list of maps, as [{encoder: none}]"
        guard let document, let elements = elements(of: document, key: section, expected: expected) else { return [] }
        return elements.filter { element in
            guard let entries = element.entries, !entries.isEmpty else {
                report(
                    .wrongType(key: section, expected: "a list of maps of settings", found: element.kind),
                    at: element.place)
                return false
            }
            return true
        }
    }

    private mutating func rule(_ document: Document, section: String) -> Rule? {
        guard let entries = document.entries, !entries.isEmpty else {
            report(
                .wrongType(key: section, expected: "a map of settings, as {encoder: none}", found: document.kind),
                at: document.place)
            return nil
        }
        let before = mistakes.count
        var conditions: [(key: SettingKey, values: [SettingValue])] = []
        for entry in entries {
            guard let key = settingKey(entry.key, section: section, at: entry.place) else { continue }
            conditions.append((key, alternatives(entry.value, of: key)))
        }
        return mistakes.count == before ? Rule(conditions: conditions, place: document.place) : nil
    }

    /// A value, or a list of values any of which matches.
    ///
    /// A plain list is one value of a setting that takes lists; a list that holds one is a list of values.
    private mutating func alternatives(_ document: Document, of key: SettingKey) -> [SettingValue] {
        guard case .list(let elements) = document.content else { return value(document, of: key).map { [$0] } ?? [] }
        if case .integers(_, _, let word) = key.kind {
            let holdsValues = elements.contains { element in
                if case .list = element.content { true } else { element.text == word }
            }
            guard holdsValues else { return value(document, of: key).map { [$0] } ?? [] }
        }
        if elements.isEmpty { report(.emptyAxis(key.name), at: document.place) }
        return elements.compactMap { value($0, of: key) }
    }

    /// A map of settings and one value each; nil where there is a mistake in it.
    mutating func assignments(_ document: Document, section: String) -> [Assignment]? {
        let before = mistakes.count
        var assignments: [Assignment] = []
        for entry in document.entries ?? [] {
            guard let key = settingKey(entry.key, section: section, at: entry.place),
                let value = value(entry.value, of: key)
            else { continue }
            assignments.append(Assignment(key, value))
        }
        return mistakes.count == before ? assignments : nil
    }

    /// `seeds: 3` stands for 1, 2, 3; a list names them.
    mutating func seeds(_ document: Document?) -> [Int] {
        guard let document else { return [TrialSettings().seed] }
        guard case .list(let elements) = document.content else {
            return integer(document, key: "seeds", in: 1...Grid.largestCount).map { Array(1...$0) } ?? []
        }
        if elements.isEmpty { report(.emptyAxis("seeds"), at: document.place) }
        var seeds: [Int] = []
        var seen: Set<Int> = []
        for element in elements {
            guard let seed = integer(element, key: "seeds", in: SweepData.seeds) else { continue }
            if seen.insert(seed).inserted {
                seeds.append(seed)
            } else {
                report(.writtenTwice("\(seed)", list: "seeds"), at: element.place)
            }
        }
        return seeds
    }
}
