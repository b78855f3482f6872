import Experiments

/// The reference of the sweep file, made from what its reader accepts.
package enum SweepReference {
    /// The page `docs/sweep-reference.md`.
    package static let markdown =
        ([opening, settings] + SweepFileSection.all.map(\.markdown) + [commandLine]).joined(separator: "\n") + "\n"

    private static let opening = """
        # Every key of a sweep file

        Written by `posweep plan --reference` from the lists that the reader of sweep files checks keys and values with; a test compares this page with them. What
        the keys do together is in [sweep-file.md](sweep-file.md).

        A file is YAML without anchors, aliases and tags, of at most \(DocumentReader.bytesLimit >> 20) MiB, \(DocumentReader.valuesLimit) values and a depth \
        of \(DocumentReader.depthLimit). In a value `${NAME}` stands for a variable of the environment, and `${NAME:-text}` for the text where there is none.

        """

    private static let settings = """
        ## Settings

        What a trial is. Each may stand in its section (`encoder: {padding: none}`), in `baseline`, `exclude`, `include` and `if`, and after `--set`. A setting with *list*
        may be an axis in `matrix`, `vary` and `zip`; one with *interval* may also be drawn from one, with `sample`.

        | setting | accepts | default | axis | |
        |---|---|---|---|---|

        """
        + SettingKey.all.map { key in
            let fallback = TrialSettings()[key]
            return "| `\(key.name)` | \(key.kind.accepts) | `\(fallback)` | \(key.axis) | \(key.summary) |\n"
        }.joined()

    private static let commandLine = """
        ## On the command line

        `--set KEY=VALUE` gives a setting to every trial, or writes over a key of the file (`--set data.size=96`): of \
        \(Override.sections.map { "`\($0)`" }.joined(separator: ", ")).

        | | |
        |---|---|
        | `--set data=\(SyntheticData.word)` | drawn images in the place of every folder, and no `weights`: no download |
        | `--set data.limit=N` | at most N images of every set, from \(SweepData.imageCounts.lowerBound) to \(SweepData.imageCounts.upperBound) |
        """
}

extension SweepFileSection {
    fileprivate var markdown: String {
        "## \(heading)\n\n\(summary)\n\n| key | accepts | default | |\n|---|---|---|---|\n"
            + keys.map { key in
                "| `\(key.name)` | \(key.accepts) | \(key.fallback ?? "**needed**") | \(key.summary) |\n"
            }.joined()
    }
}

extension SettingKey {
    fileprivate var axis: String {
        if name == "seed" { return "`seeds`" }
        return switch kind {
        case .integer, .number: "list, interval"
        case .choice, .integers: "list"
        }
    }
}

extension SettingKey.Kind {
    /// What a setting of this kind accepts, in Markdown.
    var accepts: String {
        switch self {
        case .choice(let choices): choices.map { "`\($0)`" }.joined(separator: ", ")
        case .integer(let range, let word): "\(range.lowerBound) to \(range.upperBound)" + or(word)
        case .number(let range):
            "\(SettingValue.number(range.lowerBound)) to \(SettingValue.number(range.upperBound))"
        case .integers(let range, let fewest, let word):
            "a list of \(fewest == 0 ? "" : "\(fewest) or more ")ascending numbers from \(range.lowerBound) to \(range.upperBound)"
                + or(word)
        }
    }

    private func or(_ word: String?) -> String { word.map { ", or `\($0)`" } ?? "" }
}
