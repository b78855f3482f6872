import Experiments

/// The points of a sweep file before overrides and seeds, and a record of what each rule did to them.
struct PointExpansion {
    struct Point {
        var settings: TrialSettings
        /// Counted from 0 among the points of the matrix, which a random search draws by it.
        let number: Int
        /// The settings that entries of `when` gave it.
        var conditionalKeys: Set<String> = []
    }

    private let file: SweepFile
    private(set) var points: [Point] = []
    private(set) var steps: [ExpansionStep] = []

    /// The points of matrix × zip, of an ablation, or of a random search.
    init(_ file: SweepFile, reader: inout SweepFileReader) {
        self.file = file
        do {
            if case .sample(let count, let seed) = file.method {
                try draw(count, seed: seed)
            } else {
                try combine()
            }
        } catch {
            // An axis without values has been reported where it stands.
            if case .emptyAxis = error { return }
            reader.report(error, at: file.gridPlace)
        }
    }

    private mutating func combine() throws(SweepMistake.Cause) {
        let grid = try Grid(axes: file.axes, repeats: max(1, file.seeds.count))
        points.reserveCapacity(grid.count)
        for (number, combination) in grid.enumerated() {
            var settings = file.defaults
            settings.assign(combination)
            points.append(Point(settings: settings, number: number))
        }
        guard !file.axes.isEmpty else { return }
        let names = file.axes.map { axis in axis.name == axis.keys.first ? "matrix" : axis.name }
        let rule = names.indices.filter { $0 == 0 || names[$0] != "matrix" || names[$0 - 1] != "matrix" }
            .map { names[$0] }.joined(separator: " × ")
        steps.append(ExpansionStep(rule, .makes(points: points.count)))
    }

    private mutating func draw(_ count: Int, seed: Int) throws(SweepMistake.Cause) {
        try limit(count)
        points.reserveCapacity(count)
        for number in 0..<count {
            var settings = file.defaults
            for axis in file.axes { settings.assign(axis.drawn(seed: seed, point: number)) }
            points.append(Point(settings: settings, number: number))
        }
        steps.append(ExpansionStep("sample, seed \(seed)", .makes(points: count)))
    }

    private func limit(_ points: Int) throws(SweepMistake.Cause) {
        let (trials, overflow) = points.multipliedReportingOverflow(by: max(1, file.seeds.count))
        guard !overflow, trials <= Grid.largestCount else {
            throw .tooManyTrials("points: \(points), seeds: \(file.seeds.count)", limit: Grid.largestCount)
        }
    }

    /// Gives the points for which a condition holds its axes; the variants of a point take its place.
    mutating func applyConditions(_ reader: inout SweepFileReader) {
        guard !points.isEmpty, allows(file.conditionalAxes.map(\.rule), &reader) else { return }
        for condition in file.conditionalAxes {
            do {
                try apply(condition, &reader)
            } catch {
                if case .emptyAxis = error { return }
                reader.report(error, at: condition.rule.place)
                return
            }
        }
    }

    private mutating func apply(
        _ condition: ConditionalAxes, _ reader: inout SweepFileReader
    ) throws(SweepMistake.Cause) {
        let holds = points.map { condition.rule.holds(in: $0.settings) }
        let matched = holds.count { $0 }
        guard matched > 0 else { throw .unmatchedCondition("\(condition.rule)") }
        let keys = Set(condition.axes.flatMap(\.keys))
        let met = zip(points, holds).first { point, holds in holds && !keys.isDisjoint(with: point.conditionalKeys) }
        if let met {
            let both = keys.intersection(met.0.conditionalKeys).sorted()
            throw .conditionsMeet(both.joined(separator: ", "), "\(condition.rule)")
        }
        let variants: (Point) -> [[Assignment]]
        if case .sample(_, let seed) = file.method {
            variants = { point in [condition.axes.flatMap { $0.drawn(seed: seed, point: point.number) }] }
        } else {
            let grid = try Grid(axes: condition.axes, repeats: max(1, file.seeds.count))
            let (added, overflow) = matched.multipliedReportingOverflow(by: grid.count)
            try limit(overflow ? .max : points.count - matched + added)
            variants = { _ in Array(grid) }
        }
        var varied: [Point] = []
        for (point, holds) in zip(points, holds) {
            guard holds else {
                varied.append(point)
                continue
            }
            for assignments in variants(point) {
                var variant = point
                variant.settings.assign(assignments)
                variant.conditionalKeys.formUnion(keys)
                varied.append(variant)
            }
        }
        let into = varied.count - (points.count - matched)
        points = varied
        steps.append(
            ExpansionStep(
                "when \(condition.rule)", at: condition.rule.place, .varies(points: matched, into: into)))
    }

    /// Takes points away; one that several exclusions match counts for the first of them.
    mutating func applyExclusions(_ reader: inout SweepFileReader) {
        guard !points.isEmpty, allows(file.exclusions, &reader) else { return }
        var matched = [Bool](repeating: false, count: file.exclusions.count)
        var removed = [Int](repeating: 0, count: file.exclusions.count)
        points.removeAll { point in
            let matches = file.exclusions.indices.filter { file.exclusions[$0].holds(in: point.settings) }
            for index in matches { matched[index] = true }
            guard let first = matches.first else { return false }
            removed[first] += 1
            return true
        }
        for (index, exclusion) in file.exclusions.enumerated() {
            guard matched[index] else {
                reader.report(.unmatchedExclusion("\(exclusion)"), at: exclusion.place)
                continue
            }
            steps.append(
                ExpansionStep("exclude \(exclusion)", at: exclusion.place, .removes(points: removed[index])))
        }
    }

    /// Adds points, each of which starts at the defaults.
    mutating func applyInclusions(_ reader: inout SweepFileReader) {
        guard !file.inclusions.isEmpty else { return }
        var known = Set(points.map { CanonicalSettings($0.settings, weights: file.weights) })
        for inclusion in file.inclusions {
            var settings = file.defaults
            settings.assign(inclusion.assignments)
            guard known.insert(CanonicalSettings(settings, weights: file.weights)).inserted else {
                reader.report(.redundantInclusion("\(inclusion)"), at: inclusion.place)
                continue
            }
            points.append(Point(settings: settings, number: points.count))
            steps.append(ExpansionStep("include \(inclusion)", at: inclusion.place, .adds(points: 1)))
        }
    }

    /// Whether it takes no more than some seconds to compare all points with the rules.
    private func allows(_ rules: [Rule], _ reader: inout SweepFileReader) -> Bool {
        let (comparisons, overflow) = points.count.multipliedReportingOverflow(by: rules.count)
        guard overflow || comparisons > Self.comparisonsLimit, let first = rules.first else { return true }
        reader.report(.tooManyExclusions(rules.count, combinations: points.count), at: first.place)
        return false
    }

    /// What no sweep file needs that a person wrote.
    private static let comparisonsLimit = 20_000_000
}
