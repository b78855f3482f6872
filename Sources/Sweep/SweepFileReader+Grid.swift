import Experiments

/// A partial point of the grid, as exclusions and inclusions name it.
struct Rule {
    let choices: [(key: SettingKey, value: SettingValue)]
    let place: SweepMistake.Place

    func holds(in settings: TrialSettings) -> Bool {
        choices.allSatisfy { settings[$0.key] == $0.value }
    }

    func apply(to settings: inout TrialSettings) {
        for choice in choices { settings[choice.key] = choice.value }
    }
}

extension Rule: CustomStringConvertible {
    var description: String {
        "{" + choices.map { "\($0.key.name): \($0.value)" }.joined(separator: ", ") + "}"
    }
}

extension SweepFileReader {
    mutating func axes(_ document: Document?) -> [Axis] {
        guard let document else { return [] }
        guard let entries = document.entries else {
            report(.wrongType(key: "matrix", expected: "a map of axes", found: document.kind), at: document.place)
            return []
        }
        if entries.isEmpty { report(.emptyMatrix, at: document.place) }
        var axes: [Axis] = []
        for entry in entries {
            guard let key = settingKey(entry.key, section: "matrix", at: entry.place),
                let elements = elements(of: entry.value, key: "matrix.\(entry.key)", expected: "a list of values")
            else { continue }
            guard !axes.contains(where: { $0.key == key.name }) else {
                report(.axisTwice(key.name), at: entry.place)
                continue
            }
            if elements.isEmpty { report(.emptyAxis(key.name), at: entry.place) }
            var values: [SettingValue] = []
            var seen: Set<SettingValue> = []
            for element in elements {
                guard let value = value(element, of: key) else { continue }
                if seen.insert(value).inserted {
                    values.append(value)
                } else {
                    report(.writtenTwice("\(value)", list: "matrix.\(key.name)"), at: element.place)
                }
            }
            axes.append(Axis(key.name, values))
        }
        return axes
    }

    mutating func rules(_ document: Document?, section: String) -> [Rule] {
        guard let document,
            let elements = elements(of: document, key: section, expected: "a list of maps, as [{encoder: none}]")
        else { return [] }
        return elements.compactMap { element in
            guard let entries = element.entries, !entries.isEmpty else {
                report(
                    .wrongType(key: section, expected: "a list of maps of settings", found: element.kind),
                    at: element.place)
                return nil
            }
            let before = mistakes.count
            var choices: [(key: SettingKey, value: SettingValue)] = []
            for entry in entries {
                guard let key = settingKey(entry.key, section: section, at: entry.place),
                    let value = value(entry.value, of: key)
                else { continue }
                choices.append((key, value))
            }
            return mistakes.count == before ? Rule(choices: choices, place: element.place) : nil
        }
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
