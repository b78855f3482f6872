import Experiments
import Sweep

/// What would run, for scripts.
struct PlanListing: Encodable {
    struct Pass: Encodable {
        let encoder, padding, normalise: String
        /// The task that the encoder is trained for first.
        let from: String?
        /// The weights file; without one, and without a training, the seed draws them.
        let weights: String?
        let seed: Int?
        /// Choices of stages; an empty one stands for all.
        let stages: [[Int]]
        let trials, tasks: Int
        let images: Int?

        init(_ pass: SweepPlan.Pass) {
            let encoder = pass.encoder
            self.encoder = encoder.name.rawValue
            padding = encoder.padding.rawValue
            normalise = encoder.normalise.rawValue
            from = encoder.from == .none ? nil : encoder.from.rawValue
            weights = pass.weights
            seed = encoder.name == .none || from != nil || weights != nil ? nil : encoder.seed
            (stages, trials, tasks, images) = (pass.stages, pass.trials, pass.tasks, pass.images)
        }
    }

    struct Training: Encodable {
        let goal, encoder, padding: String
        let epochs, seed: Int

        init(_ training: TrainingSpecification) {
            goal = training.goal.rawValue
            encoder = training.encoder.name.rawValue
            padding = training.encoder.padding.rawValue
            (epochs, seed) = (training.fit.epochs, training.seed)
        }
    }

    struct Step: Encodable {
        let rule: String
        let line: Int?
        let effect: String
    }

    struct Trial: Encodable {
        let trial: String
        let settings: [String: SpelledSetting]

        init(_ trial: SweepTrial) {
            self.trial = trial.id
            settings = trial.values.reduce(into: [:]) { $0[$1.key] = SpelledSetting(spelling: $1.value) }
        }
    }

    let sweep: String
    let trials, tasks: Int
    let testSets: [String]
    let expansion: [Step]
    let passes: [Pass]
    let trainings: [Training]
    let warnings: [String]
    let estimate: PlanEstimate
    /// How many trials have a result in the state folder, where one is named.
    let finishedTrials: Int?
    /// All of them, where they were asked for.
    let trialSettings: [Trial]?

    init(
        _ definition: SweepDefinition, _ plan: SweepPlan, estimate: PlanEstimate, finished: Int?, listsTrials: Bool
    ) {
        (sweep, trials, tasks) = (plan.name, plan.trials, plan.tasks)
        testSets = definition.testSets
        expansion = plan.expansion.map { Step(rule: $0.rule, line: $0.line, effect: "\($0.effect)") }
        passes = plan.passes.map(Pass.init)
        trainings = plan.trainings.map(Training.init)
        warnings = plan.warnings.map { "\($0)" }
        (self.estimate, finishedTrials) = (estimate, finished)
        trialSettings = listsTrials ? definition.trials.map(Trial.init) : nil
    }
}

/// A setting that a sweep file may give or vary, for scripts.
struct SettingListing: Encodable {
    let name, summary, accepts: String
    let choices: [String]?
    let smallest, largest: Double?

    init(_ key: SettingKey) {
        (name, summary, accepts) = (key.name, key.summary, key.kind.description)
        switch key.kind {
        case .choice(let choices): (self.choices, smallest, largest) = (choices, nil, nil)
        case .integer(let range, let word):
            (choices, smallest, largest) = (word.map { [$0] }, Double(range.lowerBound), Double(range.upperBound))
        case .number(let range): (choices, smallest, largest) = (nil, range.lowerBound, range.upperBound)
        case .integers(let range, _, let word):
            (choices, smallest, largest) = (word.map { [$0] }, Double(range.lowerBound), Double(range.upperBound))
        }
    }
}
