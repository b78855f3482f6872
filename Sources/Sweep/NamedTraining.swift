package import Experiments

/// A training that a sweep asks for, under a name for people and file systems.
package struct NamedTraining: Hashable, Sendable {
    /// Its task, its encoder, the settings that differ between the sweep's trainings, its seed, and the first digits of its
    /// identifier, as `saliency-vgg5-padding-none-seed-2-0f3a9c41`.
    package let name: String
    package let task: TrainingTask

    /// The end of the name, which stays when the rest of the sweep changes.
    package var suffix: String { Self.suffix(task.trial) }

    fileprivate static func suffix(_ trial: String) -> String { "-" + trial.prefix(8) }
}

extension SweepDefinition {
    /// The encoders that it trains, in the order of the table.
    package var trainings: [NamedTraining] {
        let tasks = Dictionary(
            tasks.compactMap(\.work.training).map { ($0.trial, $0) }, uniquingKeysWith: { first, _ in first })
        let trained = trials.compactMap { trial in tasks[trial.id].map { (trial, $0) } }
        let named = ["experiment", "encoder", "seed"]
        let differing = SettingKey.all.map(\.name).filter { key in
            !named.contains(key) && Set(trained.map { $0.0.shown(key) }).count > 1
        }
        return trained.map { trial, task in
            let relevant = (differing + ["seed"]).filter { trial.shown($0) != SweepTrial.irrelevant }
            let words =
                ["experiment", "encoder"].map(trial.shown)
                + relevant.flatMap { key in [Self.lastWord(of: key), trial.shown(key)] }
            let name = words.map(Self.safe).joined(separator: "-") + NamedTraining.suffix(trial.id)
            return NamedTraining(name: name, task: task)
        }
    }

    private static func lastWord(of key: String) -> String {
        key.split(separator: ".").last.map(String.init) ?? key
    }

    /// A word as every file system takes it: letters, digits, points and underscores.
    private static func safe(_ word: String) -> String {
        word.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "_")) }.joined(separator: "_")
    }
}

extension SweepTrial {
    /// A setting's value as tables show it.
    fileprivate func shown(_ key: String) -> String {
        values.first { $0.key == key }?.value ?? SweepTrial.irrelevant
    }
}
