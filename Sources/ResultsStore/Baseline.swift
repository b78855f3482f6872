/// The arm of an ablation that the others are compared with, `encoder.padding=zero`.
package struct Baseline: Hashable, Sendable {
    private let settings: [String: String]
    private let text: String

    /// Nil where the text is something else than `key=value`, several separated by commas.
    package init?(_ text: String) {
        var settings: [String: String] = [:]
        // A value may be a list, whose commas separate nothing.
        var depth = 0
        let parts = text.split { character in
            depth += character == "[" ? 1 : character == "]" ? -1 : 0
            return character == "," && depth == 0
        }
        for part in parts {
            let words = part.split(separator: "=", maxSplits: 1).map { $0.trimmingPrefix { $0 == " " } }
            guard words.count == 2, settings.updateValue(String(words[1]), forKey: String(words[0])) == nil else {
                return nil
            }
        }
        guard !settings.isEmpty else { return nil }
        (self.settings, self.text) = (settings, text)
    }

    /// What keeps the baseline from being one in a table; nil where nothing does.
    func mistake(rowKeys: [String], columnKeys: [String], values: (String) -> [String]) -> String? {
        for (key, value) in settings.sorted(by: { $0.key < $1.key }) {
            guard (rowKeys + columnKeys).contains(key) else {
                return
                    "'\(key)' makes no rows or columns here; these do: \((rowKeys + columnKeys).joined(separator: ", "))"
            }
            let known = values(key)
            guard known.contains(value) else {
                return "no row has \(key) = '\(value)'; there are \(known.joined(separator: ", "))"
            }
        }
        return nil
    }

    /// The values of some keys as the baseline has them.
    func values(_ values: [String], _ keys: [String]) -> [String] {
        zip(keys, values).map { key, value in settings[key] ?? value }
    }
}

extension Baseline: CustomStringConvertible {
    package var description: String { text }
}
