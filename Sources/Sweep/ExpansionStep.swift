/// What a part of a sweep file did to the points, for somebody who asks where a point has gone or come from.
package struct ExpansionStep: Hashable, Sendable {
    /// The part of the file, `exclude {encoder: none}`.
    package let rule: String
    /// Its line in the file; nil for what stands on the command line or in no line.
    package let line: Int?
    package let effect: Effect

    package enum Effect: Hashable, Sendable {
        /// The first points.
        case makes(points: Int)
        /// Points that stand in the place of fewer ones, each with axes of its own.
        case varies(points: Int, into: Int)
        case removes(points: Int)
        case adds(points: Int)
        /// Trials for each point.
        case repeats(Int)
        /// Trials that another one equals.
        case merges(trials: Int)
        /// Trials that train what others read, where the file has none that do.
        case trains(trials: Int)
    }

    init(_ rule: String, at place: SweepMistake.Place? = nil, _ effect: Effect) {
        self.rule = rule
        self.effect = effect
        line = if case .file(_, let line, _) = place { line } else { nil }
    }
}

extension ExpansionStep: CustomStringConvertible {
    package var description: String {
        rule + (line.map { " (line \($0))" } ?? "") + ": \(effect)"
    }
}

extension ExpansionStep.Effect: CustomStringConvertible {
    package var description: String {
        switch self {
        case .makes(let points): SweepPlan.count(points, "point")
        case .varies(let points, let variants): "\(SweepPlan.count(points, "point")) became \(variants)"
        case .removes(let points): "\(SweepPlan.count(points, "point")) removed"
        case .adds(let points): "\(SweepPlan.count(points, "point")) added"
        case .repeats(let trials): "\(SweepPlan.count(trials, "trial")) for each point"
        case .merges(let trials): "\(SweepPlan.count(trials, "trial")) removed"
        case .trains(let trials): "\(SweepPlan.count(trials, "training")) added, which other trials need"
        }
    }
}
