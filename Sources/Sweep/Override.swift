import Experiments

/// A `key=value` of the command line.
///
/// A setting is written over in every trial after the grid has been expanded; everything else, an axis of the matrix
/// among it, is written over in the file before it is read.
struct Override {
    let key: String
    let value: Document

    /// Sections of the file that an override may name a key of.
    static let sections = [
        "name", "description", "data", "training", "weights", "matrix", "zip", "sample", "baseline", "vary", "drop",
        "seeds",
        "table", "reference",
    ]

    init(_ text: String) throws(SweepError) {
        let place = SweepMistake.Place.override(text)
        func failure(_ cause: SweepMistake.Cause) -> SweepError {
            SweepError([SweepMistake(place: place, cause: cause)])
        }
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { throw failure(.notKeyAndValue) }
        key = parts[0] == "encoder.name" ? "encoder" : String(parts[0])
        guard key.utf8.count <= 256 else { throw failure(.notKeyAndValue) }
        if let setting = SettingKey.named(key) {
            guard setting.name != "seed" else { throw failure(.noSuchOverride(key, nearest: "seeds")) }
        } else {
            guard Self.sections.contains(String(key.prefix { $0 != "." })) else {
                let known = SettingKey.all.map(\.name).filter { $0 != "seed" } + Self.sections
                throw failure(.noSuchOverride(key, nearest: NearestWord.nearest(to: key, among: known)))
            }
        }
        value = try DocumentReader.read(String(parts[1]), at: place)
    }

    /// The setting that is written over in every trial, or nil.
    var setting: SettingKey? { SettingKey.named(key) }

    /// The document with this value written over.
    func apply(to document: Document) -> Document {
        // The names of axes have dots of their own.
        let section = key.prefix { $0 != "." }
        let depth = ["matrix", "baseline", "vary", "drop"].contains(section) ? 1 : section == "zip" ? 2 : Int.max
        return document.setting(
            key.split(separator: ".", maxSplits: depth, omittingEmptySubsequences: false)[...], to: value)
    }
}
