import Experiments
import Sweep

/// Sweep files as tests write them.
enum SweepText {
    static let data = """
        data:
          train: {synthetic: leaves, count: 8, seed: 1}
          test: {black: {constant: 0}}

        """

    /// Parses a file named sweep.yaml in the folder /sweeps, where every path exists that starts with /there.
    static func parse(
        _ text: String, environment: [String: String] = [:], overrides: [String] = [], workers: Int = 1
    ) throws(SweepError) -> SweepDefinition {
        try SweepDefinition(
            parsing: text, path: "sweep.yaml", folder: "/sweeps", environment: environment, overrides: overrides,
            workers: workers, exists: { $0.hasPrefix("/there") }, digest: digest)
    }

    /// What is in a file or folder of these tests: another content in each.
    static func digest(_ source: ContentSource) -> ContentDigest {
        switch source {
        case .images(let folder, let limit): ContentDigest(of: Array("\(folder) \(limit ?? 0)".utf8))
        case .weights(let file, let encoder): ContentDigest(of: Array("\(file) \(encoder.rawValue)".utf8))
        }
    }

    /// Parses some lines below a sound `data` section.
    static func parse(
        afterData text: String, environment: [String: String] = [:], overrides: [String] = [], workers: Int = 1
    ) throws(SweepError) -> SweepDefinition {
        try parse(data + text, environment: environment, overrides: overrides, workers: workers)
    }

    /// What is said of a file; empty where it is sound.
    static func mistakes(_ text: String, environment: [String: String] = [:], overrides: [String] = []) -> String {
        do {
            _ = try parse(text, environment: environment, overrides: overrides)
            return ""
        } catch {
            return error.description
        }
    }
}

extension SweepDefinition {
    /// `encoder target seed` of each trial.
    func points(_ keys: [String] = ["encoder", "target"]) -> [String] {
        trials.map { trial in
            keys.map { key in trial.values.first { $0.key == key }?.value ?? "?" }.joined(separator: " ")
        }
    }
}

extension SweepDefinition {
    var positionTasks: [ExperimentTask] { tasks.compactMap(\.work.position) }
}
