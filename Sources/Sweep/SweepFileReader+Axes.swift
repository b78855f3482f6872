import Experiments

extension SweepFileReader {
    /// The axes of `matrix`, of a condition's matrix or of `vary`; their settings are added to those that are taken.
    mutating func axes(
        _ document: Document?, section: String, taken: inout Set<String>, draws: Bool = false
    ) -> [Axis] {
        guard let document else { return [] }
        guard let entries = document.entries else {
            report(.wrongType(key: section, expected: "a map of axes", found: document.kind), at: document.place)
            return []
        }
        if entries.isEmpty { report(.emptyMatrix(section), at: document.place) }
        var axes: [Axis] = []
        for entry in entries {
            guard let key = settingKey(entry.key, section: section, at: entry.place) else { continue }
            guard taken.insert(key.name).inserted else {
                report(.axisTwice(key.name), at: entry.place)
                continue
            }
            if case .map = entry.value.content {
                if let axis = distribution(entry.value, of: key, section: section, draws: draws) { axes.append(axis) }
            } else if let values = list(entry.value, of: key, in: "\(section).\(key.name)") {
                axes.append(Axis(key, values))
            }
        }
        return axes
    }

    /// A list of values of a setting, each once.
    private mutating func list(_ document: Document, of key: SettingKey, in list: String) -> [SettingValue]? {
        guard let elements = elements(of: document, key: list, expected: "a list of values") else { return nil }
        if elements.isEmpty { report(.emptyAxis(key.name), at: document.place) }
        var values: [SettingValue] = []
        for element in elements {
            guard let value = value(element, of: key) else { continue }
            values.append(value)
        }
        return unique(values, of: elements, in: list)
    }

    /// The values, each once; a mistake for each that is there twice.
    private mutating func unique(
        _ values: [SettingValue], of elements: [Document], in list: String
    ) -> [SettingValue] {
        // Where a value could not be read, the places of the others are not known; that is the mistake to mend first.
        guard values.count == elements.count else { return values }
        var seen: Set<SettingValue> = []
        return zip(values, elements).compactMap { value, element in
            if seen.insert(value).inserted { return value }
            report(.writtenTwice("\(value)", list: list), at: element.place)
            return nil
        }
    }

    /// `{uniform: [a, b]}`, `{log_uniform: [a, b]}` or `{choice: […]}`.
    private mutating func distribution(
        _ document: Document, of key: SettingKey, section: String, draws: Bool
    ) -> Axis? {
        let name = "\(section).\(key.name)"
        let written = entries(of: document, .distribution, at: name)
        guard written.count == document.entries?.count else { return nil }
        guard written.count == 1, let only = written.first else {
            report(.notOneDistribution(name, found: written.count), at: document.place)
            return nil
        }
        guard draws else {
            report(.needsSample(name), at: document.place)
            return nil
        }
        if only.key == "choice" { return list(only.value, of: key, in: "\(name).choice").map { Axis(key, $0) } }
        switch key.kind {
        case .integer, .number: break
        case .choice, .integers:
            report(.notDrawable(key.name, from: only.key), at: only.place)
            return nil
        }
        guard let ends = elements(of: only.value, key: "\(name).\(only.key)", expected: "a list [lowest, highest]")
        else { return nil }
        let numbers = ends.compactMap { end in value(end, of: key)?.asDouble }
        guard numbers.count == ends.count, ends.count == 2, numbers[0] < numbers[1] else {
            if numbers.count == ends.count {
                report(.notAnInterval("\(name).\(only.key)"), at: only.value.place)
            }
            return nil
        }
        let isLogarithmic = only.key == "log_uniform"
        guard !isLogarithmic || numbers[0] > 0 else {
            report(.logarithmOfZero("\(name).\(only.key)"), at: only.value.place)
            return nil
        }
        return Axis(Interval(key: key, lowest: numbers[0], highest: numbers[1], isLogarithmic: isLogarithmic))
    }

    /// The blocks of `zip`, each an axis whose settings move together.
    mutating func blocks(_ document: Document?, taken: inout Set<String>) -> [Axis] {
        guard let document else { return [] }
        guard let entries = document.entries, !entries.isEmpty else {
            let example = "a map of named blocks, as {depth: {posenet.layers: [1, 2], posenet.kernel: [3, 1]}}"
            report(.wrongType(key: "zip", expected: example, found: document.kind), at: document.place)
            return []
        }
        var blocks: [Axis] = []
        for entry in entries {
            let section = "zip.\(entry.key)"
            let before = mistakes.count
            guard name(entry.key, key: "block's name", at: entry.place) != nil else { continue }
            let columns = columns(entry.value, section: section, taken: &taken)
            guard mistakes.count == before, let first = columns.first else { continue }
            guard columns.allSatisfy({ $0.values.count == first.values.count }) else {
                let lengths = columns.map { "\($0.key.name): \($0.values.count)" }
                report(.unequalLengths(section, lengths.joined(separator: ", ")), at: entry.value.place)
                continue
            }
            let steps = first.values.indices.map { row in columns.map { Assignment($0.key, $0.values[row]) } }
            blocks.append(Axis(name: section, keys: columns.map(\.key.name), steps: steps))
        }
        return blocks
    }

    /// The settings of one block; a value may be there more than once, as long as the rows differ.
    private mutating func columns(
        _ document: Document, section: String, taken: inout Set<String>
    ) -> [(key: SettingKey, values: [SettingValue])] {
        guard let entries = document.entries, !entries.isEmpty else {
            report(
                .wrongType(key: section, expected: "a map of settings and their lists of values", found: document.kind),
                at: document.place)
            return []
        }
        var columns: [(key: SettingKey, values: [SettingValue])] = []
        for entry in entries {
            guard let key = settingKey(entry.key, section: section, at: entry.place) else { continue }
            guard taken.insert(key.name).inserted else {
                report(.axisTwice(key.name), at: entry.place)
                continue
            }
            guard let elements = elements(of: entry.value, key: "\(section).\(key.name)", expected: "a list of values")
            else { continue }
            if elements.isEmpty { report(.emptyAxis(key.name), at: entry.value.place) }
            columns.append((key, elements.compactMap { value($0, of: key) }))
        }
        return columns
    }
}

extension SettingValue {
    fileprivate var asDouble: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        case .text, .integers: nil
        }
    }
}
