import ArgumentParser
import Coordination
import Experiments
import Foundation
import ResultsStore
import Sweep

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Check a sweep file and show what would run; nothing is run.",
        discussion: """
            Examples:

              posweep plan sweeps/quickstart.yaml
              posweep plan sweeps/quickstart.yaml --set fit.epochs=3
              posweep plan mine.yaml --set data=synthetic --workers 8
              posweep plan --settings
              posweep plan sweeps/table1.yaml --hosts 1,10,100 --link 1Gbit
            """)

    @Argument(help: "The sweep file; with --hosts there may be several.")
    var sweeps: [String] = []

    @Option(name: .customLong("set"), help: "Overrides a setting in every trial; can be repeated.")
    var overrides: [String] = []

    @Option(help: "Plan the tasks for this many workers.")
    var workers = 1

    @Option(help: "A state folder; says how many of the trials have a result there.")
    var state: String?

    @OptionGroup var scale: ScaleOptions

    @Flag(help: "List every trial.")
    var trials = false

    @Flag(help: "List every setting that a sweep file may give or vary, and end.")
    var settings = false

    @Flag(help: "Print the reference of the sweep file as Markdown, and end.")
    var reference = false

    func validate() throws {
        guard !sweeps.isEmpty || settings || reference else {
            throw ValidationError("name a sweep file, or say --settings")
        }
        guard sweeps.count < 2 || scale.hosts != nil else {
            throw ValidationError("name one sweep file, or say --hosts: several are planned for many hosts together")
        }
        guard (1...10_000).contains(workers) else { throw ValidationError("--workers must be from 1 to 10000") }
    }

    func run() throws {
        guard !reference else { return print(SweepReference.markdown, terminator: "") }
        if scale.hosts != nil, !settings {
            for line in try ScaleReport(sweeps, overrides: overrides, scale).lines { print(line) }
            return
        }
        guard let sweep = sweeps.first, !settings else {
            for key in SettingKey.all { print("\(key.name)\n    \(key.summary) \(key.kind.description)") }
            return
        }
        var source = SweepSource()
        source.sweep = sweep
        source.overrides = overrides
        let definition = try source.definition(workers: workers)
        for line in SweepPlan(definition).lines { print(line) }
        print("estimated: \(try estimate(of: definition))")
        if let state {
            let store = try ResultsStore(reading: URL(filePath: state))
            let finished = try store.finishedCount(among: definition.trials.compactMap { TrialID($0.id) })
            print("\(finished) of the \(definition.trials.count) trials have a result in \(state)")
        }
        guard trials else { return }
        for trial in definition.trials {
            let values = trial.values.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
            print("\(trial.id.prefix(8))  \(values)")
        }
    }

    /// The time of all tasks and how long they take side by side, from rates of one core.
    private func estimate(of definition: SweepDefinition) throws -> String {
        let data = definition.data
        let train = try data.map { try ImageSet($0.train, size: $0.size).count } ?? 0
        let test = try data?.test.reduce(0) { count, test in
            count + (try ImageSet(test.source, size: data?.size ?? 0).count)
        }
        let seconds = definition.tasks.map { planned in
            switch planned.work {
            case .position(let task):
                ExperimentCost(task.trials.map(\.settings)).seconds(train: train, test: test ?? 0)
            case .training(let task): TrainingCost.seconds(task.specification)
            }
        }
        let all = TimeText.short(seconds.reduce(0, +))
        guard workers > 1 else {
            let cores = ProcessInfo.processInfo.activeProcessorCount
            let here = TimeText.short(seconds.reduce(0, +) / Double(cores))
            return "\(all) of one core, \(here) on the \(cores) cores of this host, roughly"
        }
        let end = Self.end(of: definition.tasks, seconds, workers: workers)
        return "\(all) of one core, \(TimeText.short(end)) with \(workers) workers of one core, roughly"
    }

    /// When the last task ends where each goes to the worker that is free first, and none begins before what it needs is there.
    private static func end(of tasks: [PlannedTask], _ seconds: [Double], workers: Int) -> Double {
        var busy = [Double](repeating: 0, count: workers)
        var finished: [String: Double] = [:]
        for (task, seconds) in zip(tasks, seconds) {
            let first = busy.indices.min { busy[$0] < busy[$1] } ?? 0
            let start = task.requires.reduce(busy[first]) { max($0, finished[$1] ?? 0) }
            busy[first] = start + seconds
            if case .training(let training) = task.work { finished[training.trial] = busy[first] }
        }
        return busy.max() ?? 0
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
