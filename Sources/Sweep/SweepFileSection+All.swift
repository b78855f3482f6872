import Experiments

extension SweepFileSection {
    /// Every section, in the order of the reference.
    static let all =
        [file, data] + imageSets + [weights] + settingSections
        + [
            trainingData, trainingTasks, labelledFolders, labelledScenes, when, sample, distribution, table, reference,
            tolerance,
        ]

    static let file = SweepFileSection(
        name: "the sweep", heading: "The file", summary: "What stands at the left margin.",
        keys: [
            Key("name", "letters, digits, `_` and `-`, at most 64", or: "the file's", "What commands call the sweep."),
            Key("description", "text", or: "none", "A line above the table."),
            Key("experiment", "a value of the setting", or: "`position`", "What trials do."),
            Key(
                "data", "a map", or: "none, where all trials are trainings", "The images that positions are read from."),
            Key("training", "a map", or: "none, where nothing is trained", "How encoders are trained, and on what."),
            Key("weights", "a map", or: "He weights drawn from `encoder.seed`", "Files of encoders' weights."),
            Key("encoder", "a name, or a map", or: "`vgg16`", "Settings of the encoder."),
            Key("target", "a value of the setting", or: "`H`", "The position map that is predicted."),
            Key("stripes", "a value of the setting", or: "`unit`", "The values between which HS and VS swing."),
            Key("posenet", "a map", or: "its settings' defaults", "Settings of the readout."),
            Key("fit", "a map", or: "its settings' defaults", "How the readout is trained."),
            Key(
                "method", "`grid`, `random` or `ablation`", or: "`grid`; `random` with `sample`", "How points are made."
            ),
            Key("matrix", "settings with lists of values", or: "one point", "Axes: every combination is a point."),
            Key(
                "zip", "named maps of settings with lists", or: "none",
                "Settings that move together; each block is one axis."),
            Key(
                "sample", "a number, or a map", or: "all points",
                "Random search: how many points are drawn from the axes."),
            Key(
                "baseline", "settings with a value each", or: "the defaults", "The point that an ablation starts from."),
            Key(
                "vary", "settings with lists of values", or: "needed for an ablation without `drop`",
                "What an ablation changes, each value alone."),
            Key("pairs", "a list of pairs of settings of `vary`", or: "none", "Grids of two settings in an ablation."),
            Key(
                "drop", "settings whose value is a list, with `one`", or: "none",
                "Each list without one of its elements, each in turn."),
            Key("when", "a list of maps", or: "none", "Axes that only some points have."),
            Key(
                "exclude", "a list of maps of settings", or: "none",
                "Takes away the points that match; a list matches any of its values."),
            Key("include", "a list of maps of settings", or: "none", "Adds a point each."),
            Key("seeds", "a number, or a list of numbers", or: "`1`", "Repeats: `3` stands for 1, 2 and 3."),
            Key("table", "a map", or: "axes down, test sets across", "How the table is laid out."),
            Key("reference", "a map", or: "none", "Published figures to compare with."),
        ])

    static let data = SweepFileSection(
        name: "data", summary: "The images that positions are read from.",
        keys: [
            Key(
                "size", range(SweepData.sizes), or: "\(SweepData.usualSize)",
                "Side of the images that the encoder sees, in pixels."),
            Key("train", "a set of images", or: nil, "What readouts are fitted on."),
            Key(
                "test", "named sets of images, at most \(SweepData.testSetsLimit)", or: nil,
                "What they are tested on; a column of the table each."),
            Key(
                "maps", range(SweepData.mapCounts), or: "\(SweepData.usualMaps)",
                "Predicted maps that are kept for each trial and test set."),
            Key(
                "rings", range(SweepData.ringCounts), or: "\(SweepData.usualRings)",
                "Figures also on so many rings by distance to the border; fewer where images are small."),
        ])

    /// The ways to name a set of images; each begins with the key by which it is known.
    static let imageSets = [
        SweepFileSection(
            name: "folder", heading: "A set of images: `folder`", summary: "A folder of JPEGs and PNGs.",
            keys: [
                Key("folder", "a path", or: nil, "Absolute, or from the sweep file's folder."),
                Key("limit", range(SweepData.imageCounts), or: "all", "At most so many, the first by name."),
                Key("about", "text", or: "none", "What should be there, for the message when it is not."),
            ]),
        SweepFileSection(
            name: "constant", heading: "A set of images: `constant`", summary: "One of a single grey.",
            keys: [Key("constant", "0 to 1", or: nil, "0 is black, 1 is white.")]),
        SweepFileSection(
            name: "noise", heading: "A set of images: `noise`", summary: "Drawn noise.",
            keys: [
                Key(
                    "noise", choices(NoiseKind.allCases.map(\.rawValue)), or: nil,
                    "`authors` is that of the authors' image."), count,
                seed,
            ]),
        SweepFileSection(
            name: "synthetic", heading: "A set of images: `synthetic`",
            summary: "Dead leaves, overlapping shapes whose statistics are a photograph's.",
            keys: [Key("synthetic", "`leaves`", or: nil, "What is drawn."), count, seed]),
    ]

    private static let count = Key("count", range(SweepData.imageCounts), or: nil, "How many.")
    private static let seed = Key("seed", range(SweepData.seeds), or: "1", "The same seed draws the same images.")

    static let weights = SweepFileSection(
        name: "weights", summary: "Weights by encoder: torchvision's `.pth`, or `.safetensors`.",
        keys: EncoderName.allCases.filter { $0 != .none }.map { encoder in
            let published = encoder.publishedWeights.map { "Published as `\($0)`." }
            return Key(
                encoder.rawValue, "a path", or: "He weights drawn from `encoder.seed`",
                published ?? "Ours: `posweep train` makes such files.")
        })

    static let trainingData = SweepFileSection(
        name: "training.data",
        summary: "What encoders are trained on, the same for all tasks, or a section for each task.",
        keys: [
            Key("size", range(SweepData.sizes), or: "\(SweepData.usualSize)", "Side of the images, in pixels."),
            Key(
                "classes", range(SweepData.classCounts), or: "needed for folders of masks with classes",
                "Classes of the masks, the background among them."),
            Key("train", "a set of labelled images", or: nil, "What is learnt from."),
            Key(
                "validation", "a set of labelled images", or: "the first test set",
                "What the learning curve is measured on; nothing is chosen by it."),
            Key(
                "test", "named sets of labelled images", or: nil, "What the figures are of; a column of the table each."
            ),
        ])

    static let trainingTasks = SweepFileSection(
        name: "training.data", heading: "`training.data`, by task",
        summary: "Where tasks have images of their own; each holds what stands above.",
        keys: TrainingGoal.allCases.map { goal in
            Key(goal.rawValue, "a map", or: "that task is not trained", "Images of `experiment: \(goal.rawValue)`.")
        })

    static let labelledFolders = SweepFileSection(
        name: "images", heading: "A set of labelled images: `images`",
        summary: "Two folders, with an image and its mask of the same stem.",
        keys: [
            Key("images", "a path", or: nil, "JPEGs and PNGs."),
            Key("masks", "a path", or: nil, "Grey PNGs, or PNGs with a palette."),
            Key("limit", range(SweepData.imageCounts), or: "all", "At most so many, the first by name."),
            Key("about", "text", or: "none", "What should be there, for the message when it is not."),
        ])

    static let labelledScenes = SweepFileSection(
        name: "synthetic", heading: "A set of labelled images: `synthetic`", summary: "Drawn for whatever task it is.",
        keys: [Key("synthetic", "`scenes`", or: nil, "What is drawn."), count, seed])

    static let when = SweepFileSection(
        name: "when", summary: "Axes that exist only where a condition holds.",
        keys: [
            Key("if", "settings with a value, or a list of values", or: nil, "Holds where all of them match."),
            Key("matrix", "settings with lists of values", or: nil, "The further axes."),
        ])

    static let sample = SweepFileSection(
        name: "sample", summary: "Random search. More samples of the same seed keep the first ones.",
        keys: [
            Key("count", range(1...Grid.largestCount), or: nil, "How many points."),
            Key("seed", range(SweepData.seeds), or: "1", "Draws them."),
        ])

    static let distribution = SweepFileSection(
        name: "an axis", heading: "An axis that is drawn from",
        summary: "In the place of a list of values, with `sample`; one of these.",
        keys: [
            Key("uniform", "`[lowest, highest]`", or: "none", "Evenly; for settings that are numbers."),
            Key("log_uniform", "`[lowest, highest]`, above 0", or: "none", "Evenly in the logarithm."),
            Key("choice", "a list of values", or: "none", "Any of them, as likely as each other."),
        ])

    static let table = SweepFileSection(
        name: "table", summary: "How the table is laid out.",
        keys: [
            Key("rows", "a list of settings, or `test`", or: "what the axes vary", "What makes a row."),
            Key("columns", "a list of settings, or `test`", or: "`test`, where no row has it", "What makes a column."),
            Key(
                "metrics", "a list of " + choices(TableLayout.knownMetrics + [TableLayout.ringsWord]),
                or: "those of the experiments",
                "`rings` stands for \(PositionMetrics.names.joined(separator: " and ")) on every ring."),
        ])

    static let reference = SweepFileSection(
        name: "reference",
        summary: "Published figures, which `posweep table --compare paper` and `posweep check` compare with.",
        keys: [
            Key(
                "file", "a path", or: nil,
                "A CSV with columns `test`, `metric` and `value`, and one for each setting that a figure depends on."),
            Key("cite", "text", or: "none", "Where the figures are from."),
            Key(
                "tolerance", "a map", or: "none, and `check` refuses", "How far a figure may be from the published one."
            ),
        ])

    static let tolerance = SweepFileSection(
        name: "reference.tolerance", summary: "How far a figure may be from the published one, by metric.",
        keys: TableLayout.knownMetrics.map {
            Key($0, range(SweepData.tolerances), or: "not judged", "The largest difference.")
        })

    private static func range(_ range: ClosedRange<Int>) -> String { "\(range.lowerBound) to \(range.upperBound)" }

    private static func range(_ range: ClosedRange<Double>) -> String {
        "\(SettingValue.number(range.lowerBound)) to \(SettingValue.number(range.upperBound))"
    }

    private static func choices(_ words: [String]) -> String { words.map { "`\($0)`" }.joined(separator: ", ") }
}

extension SweepFileSection {
    /// Sections that hold settings, under their names without the section's.
    static let settingSections = ["encoder", "posenet", "fit", "training"].map(settings)

    /// The section of the settings whose names begin with a word.
    static func settings(of section: String) -> SweepFileSection {
        let prefix = section + "."
        let further = [
            "encoder": Key(
                "name", "a value of `encoder`", or: "`vgg16`", "The network; `encoder: NAME` alone says the same."),
            "training": Key("data", "a map", or: "none", "What encoders are trained on."),
        ]
        let keys = SettingKey.all.filter { $0.name.hasPrefix(prefix) }.map { key in
            Key(
                String(key.name.dropFirst(prefix.count)), key.kind.accepts, or: "`\(TrialSettings()[key])`", key.summary
            )
        }
        return SweepFileSection(
            name: section, summary: "Settings `\(prefix)*` for every trial.",
            keys: [further[section]].compactMap { $0 } + keys)
    }
}
