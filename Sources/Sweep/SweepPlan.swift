package import Experiments

/// What a sweep would run, for somebody who decides whether to run it.
package struct SweepPlan: Hashable, Sendable {
    package let name: String
    package let trials: Int
    package let tasks: Int
    /// What each part of the file made of the points.
    package let expansion: [ExpansionStep]
    /// The encoder passes in the order in which they would start.
    package let passes: [Pass]
    /// How often an encoder would see the training images if each trial extracted them anew in each epoch.
    package let epochs: Int
    /// The encoders that are trained.
    package let trainings: [TrainingSpecification]
    /// What position trials read; nil where there are none.
    package let data: SweepData?
    /// What is allowed and seldom meant.
    package let warnings: [SweepWarning]

    /// Images that go through one encoder once in each of its tasks.
    package struct Pass: Hashable, Sendable {
        /// Without the stages, since one pass computes all that its trials read.
        package let encoder: EncoderSettings
        /// The path of the weights file.
        package let weights: String?
        /// The choices of stages that its trials read; an empty one stands for all.
        package internal(set) var stages: [[Int]]
        package internal(set) var trials: Int
        package internal(set) var tasks: Int
        /// Training and test images together; nil where a folder says how many there are.
        package let images: Int?
    }

    package init(_ sweep: SweepDefinition) {
        var passes: [Pass] = []
        var positions: [Pass.Key: Int] = [:]
        let counts = (sweep.data.map { [$0.train] + $0.test.map(\.source) } ?? []).map(\.knownCount)
        let images = counts.contains(nil) ? nil : counts.reduce(0) { $0 + ($1 ?? 0) }
        var files: [EncoderName: String] = [:]
        for case .weights(let file, let encoder) in sweep.contents.keys { files[encoder] = file }
        for planned in sweep.tasks {
            guard let task = planned.work.position, let encoder = task.trials.first?.settings.encoder.pass
            else { continue }
            let key = Pass.Key(encoder: encoder, weights: task.weights == nil ? nil : files[encoder.name])
            let index = positions[key] ?? passes.endIndex
            if index == passes.endIndex {
                positions[key] = index
                passes.append(
                    Pass(encoder: encoder, weights: key.weights, stages: [], trials: 0, tasks: 0, images: images))
            }
            for stages in task.trials.map(\.settings.encoder.stages)
            where !passes[index].stages.contains(stages) { passes[index].stages.append(stages) }
            passes[index].trials += task.trials.count
            passes[index].tasks += 1
        }
        (name, trials, tasks) = (sweep.name, sweep.trials.count, sweep.tasks.count)
        epochs = sweep.trials.reduce(0) { $0 + ($1.settings.experiment == .position ? $1.settings.fit.epochs : 0) }
        trainings = sweep.tasks.compactMap { $0.work.training?.specification }
        (self.passes, data, expansion) = (passes, sweep.data, sweep.expansion)
        warnings = SweepWarning.all(in: sweep)
    }

    /// The plan in words, for a terminal.
    package var lines: [String] {
        var lines = ["\(name): \(Self.count(trials, "trial")) in \(Self.count(tasks, "task"))"]
        lines += expansion.map { "  \($0)" }
        lines += trainingLines + passLines
        if let data {
            lines.append("train: \(data.train.summary)")
            lines += data.test.map { "test \($0.name): \($0.source.summary)" }
        }
        lines += warnings.map { "warning: \($0)" }
        return lines
    }

    private var passLines: [String] {
        let number = passes.reduce(0) { $0 + $1.tasks }
        guard number > 0 else { return [] }
        let heading =
            "\(Self.count(number, "encoder pass", "encoder passes")) over the images, not \(trials - trainings.count) (one a trial)"
            + " or \(epochs) (one an epoch)"
        return [heading]
            + passes.map { pass in
                let images = pass.images.map { Self.count($0, "image") } ?? "the images of the folders"
                let repeats = pass.tasks == 1 ? "" : ", \(pass.tasks) times"
                return "  \(pass.title): \(images)\(repeats), then \(Self.count(pass.trials, "fit"))"
            }
    }

    /// The trainings, those that differ in their seeds alone together.
    private var trainingLines: [String] {
        guard !trainings.isEmpty else { return [] }
        var repeats: [TrainingSpecification: Int] = [:]
        var order: [TrainingSpecification] = []
        for var training in trainings {
            training.seed = 0
            if repeats[training] == nil { order.append(training) }
            repeats[training, default: 0] += 1
        }
        return ["\(Self.count(trainings.count, "encoder")) trained"]
            + order.map { training in
                let times = repeats[training].map { $0 == 1 ? "" : ", \($0) times" } ?? ""
                return "  \(training.encoder.name.rawValue) for \(training.goal.rawValue), padding "
                    + "\(training.encoder.padding.rawValue), \(Self.count(training.fit.epochs, "epoch"))\(times)"
            }
    }

    static func count(_ number: Int, _ noun: String, _ nouns: String? = nil) -> String {
        "\(number) " + (number == 1 ? noun : nouns ?? noun + "s")
    }
}

extension SweepPlan.Pass {
    fileprivate struct Key: Hashable {
        let encoder: EncoderSettings
        let weights: String?
    }

    fileprivate var title: String {
        guard encoder.name != .none else { return "the raw image" + normalised }
        let origin =
            if encoder.from == .none {
                weights.map { "weights of \($0)" } ?? "seeded weights \(encoder.seed)"
            } else { "once it is trained for \(encoder.from.rawValue)" }
        return "\(encoder.name.rawValue), padding \(encoder.padding.rawValue), \(tapped)\(normalised), \(origin)"
    }

    private var tapped: String {
        guard stages.count == 1, let only = stages.first else { return "\(stages.count) choices of stages" }
        return "stages " + (only.isEmpty ? "all" : only.map(String.init).joined(separator: ", "))
    }

    private var normalised: String {
        encoder.normalise == .none ? "" : ", normalised as \(encoder.normalise.rawValue)"
    }
}

extension ImageSource {
    /// How many images there are, where no folder has to be looked into.
    package var knownCount: Int? {
        switch self {
        case .folder, .list: nil
        case .constant: 1
        case .noise(_, let count, _), .leaves(let count, _): count
        }
    }

    fileprivate var summary: String {
        switch self {
        case .folder(let path, nil): "the images in \(path)"
        case .folder(let path, let limit?): "at most \(SweepPlan.count(limit, "image")) in \(path)"
        case .list(let digest): "the images of the list \(digest.short)…"
        case .constant(let value): "one image of the grey value \(SettingValue.number(value))"
        case .noise(let kind, let count, let seed): "\(count) of \(kind.rawValue) noise, seed \(seed)"
        case .leaves(let count, let seed): "\(count) of dead leaves, seed \(seed)"
        }
    }
}
