import ArgumentParser
import Experiments
import Foundation
import Sweep

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Check a sweep file and show what would run; nothing is run.",
        discussion: """
            Examples:

              posweep plan sweeps/quickstart.yaml
              posweep plan sweeps/quickstart.yaml --set fit.epochs=3
              posweep plan --settings
            """)

    @Argument(help: "The sweep file.")
    var sweep: String?

    @Option(name: .customLong("set"), help: "Overrides a setting in every trial; can be repeated.")
    var overrides: [String] = []

    @Flag(help: "List every trial.")
    var trials = false

    @Flag(help: "List every setting that a sweep file may give or vary, and end.")
    var settings = false

    func validate() throws {
        guard sweep != nil || settings else { throw ValidationError("name a sweep file, or say --settings") }
    }

    func run() throws {
        guard let sweep, !settings else {
            for key in SettingKey.all { print("\(key.name)\n    \(key.summary) \(key.kind.description)") }
            return
        }
        var source = SweepSource()
        source.sweep = sweep
        source.overrides = overrides
        let definition = try source.definition()
        for line in SweepPlan(definition).lines { print(line) }
        print("estimated: \(try Self.estimate(of: definition))")
        guard trials else { return }
        for trial in definition.trials {
            let values = trial.values.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
            print("\(trial.id.prefix(8))  \(values)")
        }
    }

    /// The time on this host, from rates of one core.
    private static func estimate(of definition: SweepDefinition) throws -> String {
        let train = try ImageSet(definition.data.train, size: definition.data.size).count
        let test = try definition.data.test.reduce(0) { count, test in
            count + (try ImageSet(test.source, size: definition.data.size).count)
        }
        let seconds = definition.tasks.reduce(0) { sum, planned in
            sum + ExperimentCost(planned.task.trials.map(\.settings)).seconds(train: train, test: test)
        }
        let cores = ProcessInfo.processInfo.activeProcessorCount
        return "\(TimeText.short(seconds / Double(cores))) on the \(cores) cores of this host, roughly"
    }
}

extension SettingKey.Kind: CustomStringConvertible {
    public var description: String {
        switch self {
        case .choice(let choices): "One of \(choices.joined(separator: ", "))."
        case .integer(let range, let word):
            "From \(range.lowerBound) to \(range.upperBound)" + (word.map { ", or \($0)" } ?? "") + "."
        case .number(let range): "From \(range.lowerBound) to \(range.upperBound)."
        case .integers(let range, _, let word):
            "A list, each from \(range.lowerBound) to \(range.upperBound)" + (word.map { ", or \($0)" } ?? "") + "."
        }
    }
}
