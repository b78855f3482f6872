import Coordination
import Sweep

/// The lines under a table, without which its figures could be misread.
struct TableNotes {
    private(set) var lines: [String] = []

    private let definition: TableDefinition
    private let trials: [TableTrial]

    init(
        _ definition: TableDefinition, trials: [TableTrial], cells: [TableCell?], reference: ReferenceFigures?,
        baseline: Baseline? = nil
    ) {
        self.definition = definition
        self.trials = trials
        noteRepeats(cells)
        noteUndefined()
        noteUnfinished()
        noteSkippedImages()
        if let baseline {
            lines.append(
                "against \(baseline): mean difference of the same seeds ± half of its 95 % confidence interval (Student's t)"
            )
        }
        if let reference { noteComparison(reference, cells) }
    }

    private mutating func noteRepeats(_ cells: [TableCell?]) {
        let most = cells.compactMap { $0?.expected }.max() ?? 1
        if most > 1 { lines.append("mean ± standard deviation over \(most) seeds") }
    }

    private mutating func noteUndefined() {
        for metric in definition.metrics {
            var parts: [String] = []
            var (undefined, images) = (0, 0)
            for testSet in definition.testSets {
                let metrics = trials.compactMap { $0.findings?.metric(metric, on: testSet) }
                let count = metrics.reduce(0) { $0 + $1.undefined }
                undefined += count
                images += metrics.reduce(0) { $0 + $1.images }
                if count > 0 { parts.append("\(count) on \(testSet)") }
            }
            guard undefined > 0 else { continue }
            let cause = TableLayout.needsVariation(metric) ? " (the prediction is constant)" : ""
            lines.append(
                "– \(metric) is undefined for \(undefined) of \(images) predictions\(cause): "
                    + parts.joined(separator: ", "))
        }
    }

    private mutating func noteUnfinished() {
        let missing = trials.count { $0.state == .missing }
        if missing > 0 { lines.append("… \(missing) of \(Self.trials(trials.count)) have no result yet") }
        let causes = trials.compactMap { trial -> String? in
            guard case .failed(let cause) = trial.state else { return nil }
            return cause
        }
        // A cause is one line, and what may follow is the end of a log, which tells hosts and moments apart.
        for (cause, count) in Self.counted(causes.map(Self.firstLine)) {
            lines.append("✗ \(count) of \(Self.trials(trials.count)) failed: \(cause)")
            guard let whole = causes.first(where: { Self.firstLine(of: $0) == cause }) else { continue }
            for line in whole.split(separator: "\n").dropFirst().suffix(Self.logLinesShown) {
                lines.append("    \(line.prefix(Self.logColumnsShown))")
            }
        }
    }

    private static let logLinesShown = 5
    private static let logColumnsShown = 160

    private static func firstLine(of cause: String) -> String {
        String(cause.prefix { !$0.isNewline })
    }

    /// Each skipped image is counted once, however many trials would have read it.
    private mutating func noteSkippedImages() {
        var seen: Set<[String]> = []
        var images: [String: [String]] = [:]
        for skipped in trials.lazy.flatMap({ $0.findings?.skipped ?? [] })
        where seen.insert([skipped.set, skipped.image, skipped.cause]).inserted {
            images["\(skipped.set): \(skipped.cause)", default: []].append(skipped.image)
        }
        for (cause, names) in images.sorted(by: { $0.key < $1.key }) {
            let shown = names.sorted().prefix(Self.namesShown).joined(separator: ", ")
            let rest = names.count > Self.namesShown ? ", …" : ""
            lines.append(
                "skipped \(names.count == 1 ? "1 image" : "\(names.count) images") of \(cause) (\(shown)\(rest))")
        }
    }

    private mutating func noteComparison(_ reference: ReferenceFigures, _ cells: [TableCell?]) {
        let compared = cells.count { $0?.reference != nil }
        let cite = reference.cite.map { " (\($0))" } ?? ""
        lines.append(
            "paper: \(compared) of \(cells.count { $0 != nil }) figures have one to compare with\(cite); Δ is ours − paper's"
        )
        let verdicts = cells.compactMap { $0?.verdict }
        if !verdicts.isEmpty {
            let tolerance = (definition.reference?.tolerance ?? [:]).sorted { $0.key < $1.key }
                .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            let agreeing = verdicts.count { $0 == .agrees }
            lines.append("paper: \(agreeing) of \(verdicts.count) figures within the tolerance (\(tolerance))")
        }
        if cells.contains(where: { $0?.figure == .undefined && $0?.reference != nil }) {
            lines.append("paper: a constant prediction's SPC, which is undefined, is printed there as .0")
        }
        if cells.contains(where: { $0?.reference != nil && $0?.isComparable == false }) {
            lines.append(
                "paper: MAE of HS and VS is on stripes in [−1, 1] there and in [0, 1] here, so Δ is left out; "
                    + "`stripes: signed` makes them comparable")
        }
    }

    private static let namesShown = 3

    private static func trials(_ count: Int) -> String { count == 1 ? "1 trial" : "\(count) trials" }

    /// How often each text is there, in the order in which they first appear.
    private static func counted(_ texts: [String]) -> [(String, Int)] {
        let counts = Dictionary(texts.map { ($0, 1) }, uniquingKeysWith: +)
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }.map { ($0, counts[$0] ?? 0) }
    }
}
