import Experiments

extension SweepFileReader {
    /// A setting's value, typed by what the setting accepts and not by how it was written.
    mutating func value(_ document: Document, of key: SettingKey) -> SettingValue? {
        switch key.kind {
        case .choice(let known):
            return choice(document, key: key.name, among: known).map(SettingValue.text)
        case .integer(_, let word?) where document.text == word:
            return .text(word)
        case .integers(_, _, let word?) where document.text == word:
            return .text(word)
        case .integer(let range, _):
            guard let integer = integer(document, key: key.name, in: range) else { return nil }
            guard key.name != "posenet.kernel" || !integer.isMultiple(of: 2) else {
                report(.evenKernel(integer), at: document.place)
                return nil
            }
            return .integer(integer)
        case .number(let range):
            return number(document, key: key.name, in: range).map(SettingValue.number)
        case .integers(let range, let fewest, let word):
            let expected = "a list of whole numbers" + (word.map { " or \($0)" } ?? "")
            guard let elements = elements(of: document, key: key.name, expected: expected)
            else { return nil }
            let integers = elements.compactMap { integer($0, key: key.name, in: range) }
            guard integers.count == elements.count else { return nil }
            guard integers.count >= fewest else {
                report(
                    .wrongType(key: key.name, expected: "a list of \(fewest) or more whole numbers", found: "empty"),
                    at: document.place)
                return nil
            }
            guard zip(integers, integers.dropFirst()).allSatisfy({ $0 < $1 }) else {
                report(.notAscending(key: key.name), at: document.place)
                return nil
            }
            return .integers(integers)
        }
    }

    /// Settings in a section of their own, as `posenet: {kernel: 3}`.
    mutating func settings(in section: String, _ document: Document, into settings: inout TrialSettings) {
        let prefix = section + "."
        for entry in entries(of: document, .settings(of: section)) {
            if let key = SettingKey.named(entry.key == "name" ? section : prefix + entry.key),
                let value = value(entry.value, of: key)
            {
                settings[key] = value
            }
        }
    }

    /// The setting that an axis, a rule or an override names; nil, and a mistake, where there is none.
    mutating func settingKey(_ name: String, section: String, at place: SweepMistake.Place) -> SettingKey? {
        guard name != "seed" else {
            report(.seedsAreNoAxis, at: place)
            return nil
        }
        if let key = SettingKey.named(name == "encoder.name" ? "encoder" : name) { return key }
        let known = SettingKey.all.map(\.name).filter { $0 != "seed" }
        let nearest = NearestWord.nearest(to: name, among: known)
        report(.unknownKey(name, section: section, nearest: nearest, known: known), at: place)
        return nil
    }
}
