package import Experiments

/// What a sweep would run, for somebody who decides whether to run it.
package struct SweepPlan: Hashable, Sendable {
    package let name: String
    package let trials: Int
    package let tasks: Int
    /// The encoder passes in the order in which they would start.
    package let passes: [Pass]
    package let train: ImageSource
    package let test: [ExperimentTask.TestSet]
    /// What is allowed and seldom meant.
    package let warnings: [SweepWarning]

    /// Images that go through one encoder once in each of its tasks.
    package struct Pass: Hashable, Sendable {
        package let encoder: EncoderSettings
        package let weights: String?
        package internal(set) var trials: Int
        package internal(set) var tasks: Int
        /// Training and test images together; nil where a folder says how many there are.
        package let images: Int?
    }

    package init(_ sweep: SweepDefinition) {
        var passes: [Pass] = []
        let counts = ([sweep.data.train] + sweep.data.test.map(\.source)).map(\.knownCount)
        let images = counts.contains(nil) ? nil : counts.reduce(0) { $0 + ($1 ?? 0) }
        for planned in sweep.tasks {
            guard let encoder = planned.task.trials.first?.settings.encoder else { continue }
            let weights = planned.task.weights
            let index = passes.firstIndex { $0.encoder == encoder && $0.weights == weights } ?? passes.endIndex
            if index == passes.endIndex {
                passes.append(Pass(encoder: encoder, weights: weights, trials: 0, tasks: 0, images: images))
            }
            passes[index].trials += planned.task.trials.count
            passes[index].tasks += 1
        }
        (name, trials, tasks) = (sweep.name, sweep.trials.count, sweep.tasks.count)
        (self.passes, train, test) = (passes, sweep.data.train, sweep.data.test)
        warnings = SweepWarning.all(in: sweep)
    }

    /// The plan in words, for a terminal.
    package var lines: [String] {
        var lines = ["\(name): \(Self.count(trials, "trial")) in \(Self.count(tasks, "task"))"]
        lines += passes.map { pass in
            let images = pass.images.map { Self.count($0, "image") } ?? "the images of the folders"
            let repeats = pass.tasks == 1 ? "" : ", \(pass.tasks) times"
            return "  \(pass.title): \(images)\(repeats), then \(Self.count(pass.trials, "fit"))"
        }
        lines.append("train: \(train.summary)")
        lines += test.map { "test \($0.name): \($0.source.summary)" }
        lines += warnings.map { "warning: \($0)" }
        return lines
    }

    static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
}

extension SweepPlan.Pass {
    fileprivate var title: String {
        guard encoder.name != .none else { return "the raw image" + normalised }
        let stages = encoder.stages.isEmpty ? "all" : encoder.stages.map(String.init).joined(separator: ", ")
        let origin = weights.map { "weights of \($0)" } ?? "seeded weights \(encoder.seed)"
        return "\(encoder.name.rawValue), padding \(encoder.padding.rawValue), stages \(stages)\(normalised), \(origin)"
    }

    private var normalised: String {
        encoder.normalise == .none ? "" : ", normalised as \(encoder.normalise.rawValue)"
    }
}

extension ImageSource {
    /// How many images there are, where no folder has to be looked into.
    package var knownCount: Int? {
        switch self {
        case .folder: nil
        case .constant: 1
        case .noise(_, let count, _), .leaves(let count, _): count
        }
    }

    fileprivate var summary: String {
        switch self {
        case .folder(let path, nil): "the images in \(path)"
        case .folder(let path, let limit?): "at most \(SweepPlan.count(limit, "image")) in \(path)"
        case .constant(let value): "one image of the grey value \(SettingValue.number(value))"
        case .noise(let kind, let count, let seed): "\(count) of \(kind.rawValue) noise, seed \(seed)"
        case .leaves(let count, let seed): "\(count) of dead leaves, seed \(seed)"
        }
    }
}
