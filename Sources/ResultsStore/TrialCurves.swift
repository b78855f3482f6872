package import Coordination

/// The learning curves of a sweep's trainings.
package struct TrialCurves: Hashable, Sendable {
    package struct Trial: Hashable, Sendable {
        package let id: TrialID
        /// Canonical spellings, in the order of ``TrialCurves/settings``.
        package let settings: [String]
        package let curve: LearningCurve

        package init(id: TrialID, settings: [String], curve: LearningCurve) {
            self.id = id
            self.settings = settings
            self.curve = curve
        }
    }

    package let sweep: String
    /// The names of the settings.
    package let settings: [String]
    /// Those that have a curve, in the order of the sweep.
    package let trials: [Trial]

    package init(sweep: String, settings: [String], trials: [Trial]) {
        self.sweep = sweep
        self.settings = settings
        self.trials = trials
    }

    /// The form of a listing of curves.
    package enum Format: String, CaseIterable, Sendable {
        case text, csv, json
    }

    /// The curves as text, ending in a line break.
    ///
    /// - Parameters:
    ///   - format: A line for each training, or every figure of every epoch with full precision.
    ///   - sparklines: Whether the text draws the curves, for a terminal that has the characters.
    /// - Returns: The text, or what a program reads.
    package func formatted(as format: Format, sparklines: Bool = false) -> String {
        switch format {
        case .text: text(sparklines: sparklines)
        case .csv: commaSeparated
        case .json: json
        }
    }

    /// What is always said of a training: its task and its encoder.
    private static let subject = ["experiment", "encoder"]

    /// The settings that tell the trainings apart, by their places, behind those that are always said.
    private var telling: [Int] {
        settings.indices.filter { place in
            Self.subject.contains(settings[place]) || Set(trials.map { $0.settings[place] }).count > 1
        }
    }

    /// What a training is called among the others: `saliency, vgg5, encoder.padding none, seed 2`.
    package func title(of trial: Trial) -> String {
        let words = telling.filter { trial.settings[$0] != TableDefinition.irrelevant }.map { place in
            Self.subject.contains(settings[place])
                ? trial.settings[place] : "\(settings[place]) \(trial.settings[place])"
        }
        return words.isEmpty ? trial.id.short : words.joined(separator: ", ")
    }

    private func text(sparklines: Bool) -> String {
        guard !trials.isEmpty else { return "no training of \(PrintableText.printable(sweep)) is finished yet\n" }
        var metrics: [String] = []
        for name in trials.flatMap(\.curve.metrics) where !metrics.contains(name) { metrics.append(name) }
        let rows =
            [["trial"] + telling.map { settings[$0] } + ["epochs"] + metrics]
            + trials.map { trial in
                [trial.id.short] + telling.map { trial.settings[$0] }
                    + [String(trial.curve.points.last?.epoch ?? 0)]
                    + metrics.map { trial.curve.summary(of: $0, sparkline: sparklines) }
            }
        let printable = rows.map { $0.map(PrintableText.printable) }
        let widths = (printable.first ?? []).indices.map { column in
            printable.map { PrintableText.width(of: $0[column]) }.max() ?? 0
        }
        return printable.map { row in
            var line = zip(row, widths).map { PrintableText.leading($0, width: $1) }.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }.joined()
    }

    private var commaSeparated: String {
        var text = CommaSeparated.line(
            (["sweep", "trial"] + settings + ["epoch", "metric", "value"]).map(CommaSeparated.harmless))
        for trial in trials {
            let settings = trial.settings.map { $0 == TableDefinition.irrelevant ? "" : CommaSeparated.harmless($0) }
            let front = [CommaSeparated.harmless(sweep), trial.id.description] + settings
            for point in trial.curve.points {
                for (metric, value) in zip(trial.curve.metrics, point.values) {
                    text += CommaSeparated.line(
                        front + [String(point.epoch), CommaSeparated.harmless(metric), value.map { "\($0)" } ?? ""])
                }
            }
        }
        return text
    }

    private var json: String {
        let trials = trials.map { trial in
            JSONText.object([
                ("trial", .text(trial.id.description)),
                ("settings", .object(zip(settings, trial.settings).map { ($0, JSONText(setting: $1)) })),
                (
                    "curve",
                    .array(
                        trial.curve.points.map { point in
                            .object(
                                [("epoch", .integer(point.epoch))]
                                    + zip(trial.curve.metrics, point.values).map { ($0, JSONText(figure: $1)) })
                        })
                ),
            ])
        }
        return JSONText.object([("sweep", .text(sweep)), ("trials", .array(trials))]).written() + "\n"
    }
}

extension JSONText {
    /// The shortest digits that read back as the same figure.
    fileprivate init(figure: Float?) {
        self = figure.flatMap { Double("\($0)") }.map(JSONText.number) ?? .null
    }
}
