import ArgumentParser
import Foundation
import Simulation

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Run whole clusters in virtual time, and look for broken promises.",
        discussion: """
            Each seed is a cluster of its own: workers, sweeps, and a draw of what goes
            wrong. After every event the invariants of ARCHITECTURE.md are checked. A seed
            that breaks one is printed with the command that runs it again.
            docs/simulation.md says what is simulated.

            Exit status 1 where a promise was broken, or a planted mistake was not found.

            Examples:

              posweep simulate --seeds 100000
              posweep simulate --seed 4711 --trace
              posweep simulate --planted all
            """)

    @Option(help: "How many seeds to run.")
    var seeds: UInt64 = 10_000

    @Option(help: "The first of them.")
    var first: UInt64 = 1

    @Option(help: "Run this seed alone.")
    var seed: UInt64?

    @Flag(help: "With --seed: print everything that happens.")
    var trace = false

    @Option(
        help: """
            A mistake to make on purpose: prints the first seed that finds it. `all` makes one after the other. \
            One of: \(PlantedBug.allCases.map(\.rawValue).joined(separator: ", ")).
            """, completion: .list(PlantedBug.allCases.map(\.rawValue) + ["all"]))
    var planted: String?

    private var bugs: [PlantedBug] {
        guard let planted else { return [] }
        return planted == "all" ? PlantedBug.allCases : PlantedBug(rawValue: planted).map { [$0] } ?? []
    }

    func validate() throws {
        if let planted, bugs.isEmpty { throw ValidationError("there is no planted bug '\(planted)' — see --help") }
        if planted == "all", seed != nil { throw ValidationError("--seed shows one planted bug, not all") }
        guard seeds > 0 else { throw ValidationError("--seeds must be at least 1") }
        guard first.addingReportingOverflow(seeds).overflow == false else {
            throw ValidationError("--first and --seeds go beyond the last seed, \(UInt64.max)")
        }
        guard seed != nil || !trace else { throw ValidationError("--trace needs --seed: one story at a time") }
    }

    func run() throws {
        if let seed {
            try tell(seed)
        } else if !bugs.isEmpty {
            try findBugs()
        } else {
            try search()
        }
    }

    private func tell(_ seed: UInt64) throws {
        let run = SimulationRun(seed: seed, bug: bugs.first, log: trace ? { print($0) } : nil)
        guard run.broken.isEmpty else { throw Failure.work(Self.describe(run)) }
        print("seed \(seed): \(run.steps) events, every invariant held")
    }

    /// Prints a table of the bugs, the seeds that it took to find each, and the invariant that it broke.
    private func findBugs() throws {
        print("| planted bug | seeds | broken invariant |\n|---|---:|---|")
        var missed: [PlantedBug] = []
        for bug in bugs {
            guard let run = SeedSurvey.firstBroken(first...first + (seeds - 1), { SimulationRun(seed: $0, bug: bug) })
            else {
                missed.append(bug)
                print("| \(bug.rawValue) | – | not found in \(seeds) |")
                continue
            }
            let invariant = run.broken.first?.prefix { $0 != "\n" && $0 != "[" } ?? ""
            print("| \(bug.rawValue) | \(run.seed - first + 1) | \(invariant) |")
        }
        guard missed.isEmpty else { throw Failure.work("\(missed.count) planted bugs were not found") }
    }

    private func search() throws {
        let started = ContinuousClock.now
        let survey = SeedSurvey.run(first...first + (seeds - 1)) { SimulationRun(seed: $0) }
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        let rate = String(
            format: "%.0f seeds/s, %.2f million events/s", Double(seeds) / seconds,
            Double(survey.steps) / seconds / 1e6)
        print("\(seeds) seeds, \(survey.steps) events in \(TimeText.short(seconds)): \(rate)")
        for run in survey.broken.prefix(20) { print(Self.describe(run)) }
        guard survey.broken.isEmpty else { throw Failure.work("\(survey.broken.count) seeds broke an invariant") }
        print("every invariant held after every event")
    }

    private static func describe(_ run: SimulationRun) -> String {
        "\(run.broken.joined(separator: "; "))\n  posweep simulate --seed \(run.seed) --trace"
    }
}
