import Experiments

/// Turns a document into a checked sweep file, and collects every mistake on the way.
///
/// A value with a mistake is left out and the reading goes on, so that one run shows all mistakes.
struct SweepFileReader {
    let folder: String
    let exists: (String) -> Bool
    private(set) var mistakes: [SweepMistake] = []

    init(folder: String, exists: @escaping (String) -> Bool) {
        self.folder = folder
        self.exists = exists
    }

    mutating func report(_ cause: SweepMistake.Cause, at place: SweepMistake.Place) {
        mistakes.append(SweepMistake(place: place, cause: cause))
    }

    /// The entries of a map, without those whose key is not known.
    mutating func entries(of document: Document, section: String, known: [String]) -> [Document.Entry] {
        guard let entries = document.entries else {
            report(.wrongType(key: section, expected: "a map", found: document.kind), at: document.place)
            return []
        }
        return entries.filter { entry in
            if known.contains(entry.key) { return true }
            let nearest = NearestWord.nearest(to: entry.key, among: known)
            report(.unknownKey(entry.key, section: section, nearest: nearest, known: known), at: entry.place)
            return false
        }
    }

    /// The elements of a list.
    mutating func elements(of document: Document, key: String, expected: String = "a list") -> [Document]? {
        guard case .list(let elements) = document.content else {
            report(.wrongType(key: key, expected: expected, found: document.kind), at: document.place)
            return nil
        }
        return elements
    }

    mutating func text(_ document: Document, key: String) -> String? {
        guard let text = document.text, !text.isEmpty else {
            let found = document.text == nil ? document.kind : "empty"
            report(.wrongType(key: key, expected: "text", found: found), at: document.place)
            return nil
        }
        return text
    }

    mutating func integer(_ document: Document, key: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = document.text, let integer = CoreScalar.integer(text) else {
            report(.wrongType(key: key, expected: "a whole number", found: document.kind), at: document.place)
            return nil
        }
        guard range.contains(integer) else {
            report(
                .outOfRange(text, key: key, lowest: String(range.lowerBound), highest: String(range.upperBound)),
                at: document.place)
            return nil
        }
        return integer
    }

    mutating func number(_ document: Document, key: String, in range: ClosedRange<Double>) -> Double? {
        guard let text = document.text, let number = CoreScalar.number(text) else {
            report(.wrongType(key: key, expected: "a number", found: document.kind), at: document.place)
            return nil
        }
        guard range.contains(number) else {
            let (lowest, highest) = (SettingValue.number(range.lowerBound), SettingValue.number(range.upperBound))
            report(.outOfRange(text, key: key, lowest: "\(lowest)", highest: "\(highest)"), at: document.place)
            return nil
        }
        return number
    }

    mutating func choice(_ document: Document, key: String, among known: [String]) -> String? {
        guard let text = text(document, key: key) else { return nil }
        guard known.contains(text) else {
            report(
                .unknownValue(text, key: key, nearest: NearestWord.nearest(to: text, among: known), known: known),
                at: document.place)
            return nil
        }
        return text
    }

    /// A name that files may be named after.
    mutating func name(_ text: String, key: String, at place: SweepMistake.Place) -> String? {
        let isSafe = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard isSafe, (1...64).contains(text.utf8.count), text.first != "-" else {
            report(.badName(String(text.prefix(80)), key: key), at: place)
            return nil
        }
        return text
    }

    /// An absolute path; a relative one starts at the sweep file's folder.
    ///
    /// - Parameters:
    ///   - document: The path as it is written.
    ///   - key: What it is the value of.
    ///   - missing: What is said where there is nothing at this path.
    /// - Returns: The path; nil, and a mistake, where there is none.
    mutating func path(
        _ document: Document, key: String, missing: ((_ path: String) -> SweepMistake.Cause)? = nil
    ) -> String? {
        guard let text = text(document, key: key) else { return nil }
        let whole = text.hasPrefix("/") ? text : folder + "/" + text
        let parts = whole.split(separator: "/", omittingEmptySubsequences: true).filter { $0 != "." }
        let path = (whole.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
        guard exists(path) else {
            report(missing?(path) ?? .noSuchPath(path, key: key), at: document.place)
            return nil
        }
        return path
    }
}
