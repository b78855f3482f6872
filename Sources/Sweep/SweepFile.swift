import Experiments

/// A sweep file as it was written, checked but not yet expanded.
struct SweepFile {
    let name: String
    let description: String?
    /// Nil only where a mistake was reported.
    let data: SweepData?
    let weights: [EncoderName: String]
    let defaults: TrialSettings
    let axes: [Axis]
    let exclusions: [Rule]
    let inclusions: [Rule]
    let seeds: [Int]
    let layout: TableLayout
    let reference: SweepDefinition.Reference?
    /// Whether everything that the grid is made from could be read, so that what follows from it is worth saying.
    let isExpandable: Bool
    /// Where the matrix stands, for mistakes of the whole grid.
    let gridPlace: SweepMistake.Place

    static let keys = [
        "name", "description", "data", "weights", "encoder", "target", "stripes", "posenet", "fit", "matrix", "exclude",
        "include", "seeds", "table", "reference",
    ]
    static let laterKeys: Set<String> = ["zip", "when", "sample", "method"]

    init(_ document: Document, path: String, reader: inout SweepFileReader) {
        let sections = Dictionary(
            reader.entries(of: document, section: "the sweep", known: Self.keys, later: Self.laterKeys)
                .map { ($0.key, $0.value) },
            uniquingKeysWith: { first, _ in first })
        let start = document.place
        if let written = sections["name"] {
            let text = reader.text(written, key: "name") ?? ""
            name = text.isEmpty ? "" : reader.name(text, key: "sweep's name", at: written.place) ?? ""
        } else {
            let file = path.split(separator: "/").last.map(String.init) ?? path
            let stem = file.split(separator: ".").first.map(String.init) ?? file
            name = reader.name(stem, key: "sweep's name", at: start) ?? ""
        }
        description = sections["description"].flatMap { reader.text($0, key: "description") }
        data = reader.data(sections["data"], start: start)
        weights = reader.weights(sections["weights"])
        let before = reader.mistakes.count
        defaults = Self.defaults(sections, &reader)
        axes = reader.axes(sections["matrix"])
        exclusions = reader.rules(sections["exclude"], section: "exclude")
        inclusions = reader.rules(sections["include"], section: "include")
        seeds = reader.seeds(sections["seeds"])
        isExpandable = reader.mistakes.count == before
        layout = reader.layout(sections["table"], axes: axes)
        reference = reader.reference(sections["reference"])
        gridPlace = (sections["matrix"] ?? sections["seeds"])?.place ?? start
    }

    private static func defaults(_ sections: [String: Document], _ reader: inout SweepFileReader) -> TrialSettings {
        var settings = TrialSettings()
        for name in ["encoder", "target", "stripes"] {
            guard let document = sections[name], let key = SettingKey.named(name) else { continue }
            if name == "encoder", document.text == nil { continue }
            if let value = reader.value(document, of: key) { settings[key] = value }
        }
        for section in ["encoder", "posenet", "fit"] {
            guard let document = sections[section], section != "encoder" || document.text == nil else { continue }
            reader.settings(in: section, document, into: &settings)
        }
        return settings
    }
}
