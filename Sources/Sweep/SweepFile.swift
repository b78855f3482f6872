import Experiments

/// A sweep file as it was written, checked but not yet expanded.
struct SweepFile {
    let name: String
    let description: String?
    /// What position trials read; nil where there is none.
    let data: SweepData?
    /// What encoders are trained on, by the task.
    let training: [TrainingGoal: TrainingData]
    let weights: [EncoderName: String]
    /// The settings that every point starts with; those of an ablation's baseline are among them.
    let defaults: TrialSettings
    let method: SearchMethod
    /// The matrix, the blocks of `zip` and the arms of an ablation.
    let axes: [Axis]
    let conditionalAxes: [ConditionalAxes]
    let exclusions: [Rule]
    let inclusions: [Inclusion]
    let seeds: [Int]
    let layout: TableLayout
    let reference: SweepDefinition.Reference?
    /// Whether everything that the grid is made from could be read, so that what follows from it is worth saying.
    let isExpandable: Bool
    let sections: [String: Document]
    /// Where the matrix stands, for mistakes of the whole grid.
    let gridPlace: SweepMistake.Place

    /// - Parameters:
    ///   - document: The file, with what the command line writes over in it.
    ///   - path: The file's path as it was typed.
    ///   - imageLimit: How many images of each set are used at most; nil for all.
    ///   - reader: Takes the mistakes.
    init(_ document: Document, path: String, imageLimit: Int?, reader: inout SweepFileReader) {
        let sections = Dictionary(
            reader.entries(of: document, .file).map { ($0.key, $0.value) },
            uniquingKeysWith: { first, _ in first })
        self.sections = sections
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
        let data = reader.data(sections["data"])
        self.data = imageLimit.flatMap { data?.limited(to: $0) } ?? data
        weights = reader.weights(sections["weights"])
        let before = reader.mistakes.count
        var base = Self.defaults(sections, &reader)
        let training = reader.training(sections["training"], into: &base)
        self.training = imageLimit.map { limit in training.mapValues { $0.limited(to: limit) } } ?? training
        method = reader.method(sections, start: start)
        let draws = if case .sample = method { true } else { false }
        var taken: Set<String> = []
        var axes = reader.axes(sections["matrix"], section: "matrix", taken: &taken, draws: draws)
        axes += reader.blocks(sections["zip"], taken: &taken)
        if method == .ablation {
            base.assign(sections["baseline"].flatMap { reader.assignments($0, section: "baseline") } ?? [])
            axes.append(reader.ablation(sections, base: base, taken: &taken, start: sections["method"]?.place ?? start))
        }
        (defaults, self.axes) = (base, axes)
        conditionalAxes = reader.conditionalAxes(sections["when"], taken: taken, draws: draws)
        exclusions = reader.exclusions(sections["exclude"])
        inclusions = reader.inclusions(sections["include"])
        seeds = reader.seeds(sections["seeds"])
        isExpandable = reader.mistakes.count == before
        let experiments = axes.flatMap(\.steps).joined().filter { $0.key.name == "experiment" }
            .compactMap { ExperimentKind(rawValue: $0.value.description) }
        layout = reader.layout(
            sections["table"], axes: axes, experiments: experiments.isEmpty ? [base.experiment] : experiments,
            data: data)
        reference = reader.reference(sections["reference"])
        gridPlace =
            ["sample", "matrix", "zip", "vary", "seeds"].lazy.compactMap { sections[$0]?.place }.first ?? start
    }

    private static func defaults(_ sections: [String: Document], _ reader: inout SweepFileReader) -> TrialSettings {
        var settings = TrialSettings()
        for name in ["experiment", "encoder", "target", "stripes"] {
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
