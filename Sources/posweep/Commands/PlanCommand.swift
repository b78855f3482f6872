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
            Exit status 64 where the file has a mistake: all of them are listed, with their lines.

            Examples:

              posweep plan sweeps/quickstart.yaml
              posweep plan sweeps/quickstart.yaml --set fit.epochs=3
              posweep plan mine.yaml --set data=synthetic --workers 8
              posweep plan --settings
              posweep plan sweeps/table1.yaml --hosts 1,10,100 --link 1Gbit
            """)

    @Argument(help: "The sweep file; with --hosts there may be several.", completion: .sweepFile)
    var sweeps: [String] = []

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Overrides a setting in every trial; can be repeated.", valueName: "key=value"),
        completion: .setting)
    var overrides: [String] = []

    @Option(help: "Plan the tasks for this many workers.")
    var workers = 1

    @Option(
        help: ArgumentHelp("A state folder; says how many of the trials have a result there.", valueName: "folder"),
        completion: .directory)
    var state: String?

    @OptionGroup var scale: ScaleOptions

    @Flag(help: "List every trial.")
    var trials = false

    @Flag(help: "List every setting that a sweep file may give or vary, and end.")
    var settings = false

    @Flag(help: "Print the reference of the sweep file as Markdown, and end.")
    var reference = false

    @OptionGroup var form: OutputForm

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
            let report = try ScaleReport(sweeps, overrides: overrides, scale)
            return try form.show(report.listing, report.lines.joined(separator: "\n"))
        }
        guard let sweep = sweeps.first, !settings else {
            return try form.show(SettingKey.all.map(SettingListing.init), Self.settingLines.joined(separator: "\n"))
        }
        var source = SweepSource()
        source.sweep = sweep
        source.overrides = overrides
        let definition = try source.definition(workers: workers)
        let (plan, estimate) = (SweepPlan(definition), try PlanEstimate(of: definition, workers: workers))
        let finished = try state.map { state in
            try ResultsStore(reading: URL(filePath: state))
                .finishedCount(among: definition.trials.compactMap { TrialID($0.id) })
        }
        guard !form.isJSON else {
            let listing = PlanListing(definition, plan, estimate: estimate, finished: finished, listsTrials: trials)
            return print(try OutputForm.json(of: listing))
        }
        for line in plan.lines { print(line) }
        print("estimated: \(estimate.words)")
        if let state, let finished {
            print("\(finished) of the \(definition.trials.count) trials have a result in \(state)")
        }
        guard trials else { return }
        for trial in definition.trials {
            let values = trial.values.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
            print("\(trial.id.prefix(8))  \(values)")
        }
    }

    private static var settingLines: [String] {
        SettingKey.all.map { key in "\(key.name)\n    \(key.summary) \(key.kind.description)" }
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
