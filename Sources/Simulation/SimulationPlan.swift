import Coordination

/// What a seed stands for: a cluster's shape, its work, and which faults it will see.
///
/// Each seed draws only some of the faults, so that a run may also end up deep in one of them.
struct SimulationPlan {
    var credits: [Int] = []
    var characters: [SimulatedWorker.Character] = []
    var drifts: [Int] = []
    var sweeps: [SimulatedSweep] = []
    let faults: Set<Fault>
    /// The trials that others build on, and what they make.
    private(set) var foundations: Set<TrialID> = []
    /// How a trial turns out, whoever runs it.
    private(set) var fates: [TrialID: Fate] = [:]
    /// A sweep that is cancelled half-way, or none.
    private(set) var cancelled: SweepID?
    /// Whether every message is turned into bytes and back; slow, so a few seeds do it.
    let usesWireFormat: Bool
    let policy: Policy
    /// What owners let workers have of their machines; nil where workers do not ask.
    private(set) var rules: OwnerRules?
    /// Whether all workers but the first have little memory.
    private(set) var hasSmallWorkers = false
    /// What each task takes.
    private(set) var memory: [TaskID: Int] = [:]
    /// Whether most trials take a moment only, so that workers ask for many tasks at a time.
    let hasShortTrials: Bool

    enum Fault: CaseIterable {
        case brokenConnections, partitions, workerCrashes, departures, freezes, coordinatorCrashes, slowDisk, fullDisk,
            failures, loss, repetition, overtaking, clockJumps, revocations, strangers, pauses, orders, owners
    }

    enum Fate {
        case small, large
        /// Fails every time.
        case poison
        /// Its result contradicts itself, and the store leaves it out.
        case contradictory
    }

    init(_ random: inout SplitMix64) {
        var faults: Set<Fault> = []
        for fault in Fault.allCases where random.percent(40) { faults.insert(fault) }
        self.faults = faults
        // Mostly small: what goes wrong goes wrong among few, and more of them are run in the time.
        let isLarge = random.number(in: 1...200) == 1
        let workers = isLarge ? random.number(in: 50...300) : random.number(in: 1...8)
        for number in 0..<workers {
            credits.append(random.number(in: 1...2))
            drifts.append(random.number(in: -5...5))
            // The first one is as good as they come, so that every sweep can end.
            characters.append(number == 0 ? .sound : Self.character(faults, &random))
        }
        var policy = Policy()
        policy.chunkCredit = 16 * 1024
        if isLarge { policy.tick = .seconds(5) }
        self.policy = policy
        usesWireFormat = random.percent(3)
        hasShortTrials = random.percent(30)
        let mayBeLarge = random.percent(40)
        let mostTasks = isLarge ? 300 : random.percent(20) ? 40 : 6
        var last: (task: Int, trial: Int) = (0, 0)
        for number in 0..<random.number(in: 1...3) {
            let sweep = SweepID(numbered: UInt64(0x500 + number))
            let tasks = (0..<random.number(in: 1...mostTasks)).map { _ in
                last.task += 1
                let trials = (0..<random.number(in: 1...4)).map { _ in
                    // A few trials belong to several sweeps.
                    if last.trial > 5, random.percent(4) {
                        return TrialID(numbered: UInt64(random.number(in: 1...last.trial)))
                    }
                    last.trial += 1
                    let trial = TrialID(numbered: UInt64(last.trial))
                    fates[trial] = Self.fate(faults, mayBeLarge, &random)
                    return trial
                }
                return SweepTask(
                    id: TaskID(numbered: UInt64(last.task)), sweep: sweep,
                    body: [UInt8(truncatingIfNeeded: last.task)],
                    trials: trials.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
            }
            sweeps.append(SimulatedSweep(id: sweep, tasks: tasks))
        }
        cancelled = random.percent(15) ? random.element(of: sweeps).id : nil
        // A stream of its own, so that the rest of a seed is what it was before there were requirements.
        var copy = random
        var own = SplitMix64(seed: SplitMix64.mix(copy.next()))
        if own.percent(25) { drawRequirements(&own) }
        rules = faults.contains(.owners) ? Self.rules(&random) : nil
        hasSmallWorkers = random.percent(20)
        for index in sweeps.indices where hasSmallWorkers {
            sweeps[index].tasks = sweeps[index].tasks.map { task in
                memory[task.id] = random.percent(30) ? Self.muchMemory : 0
                return task.taking(memory: memory[task.id] ?? 0)
            }
        }
    }

    /// The memory of a worker, by its number.
    func memory(ofWorker number: Int) -> Int { hasSmallWorkers && number > 0 ? Self.muchMemory - 1 : 0 }

    private static let muchMemory = 4_000_000_000

    /// Short times, so that work is handed back and its memory given back within a run.
    private static func rules(_ random: inout SplitMix64) -> OwnerRules {
        var rules = OwnerRules(.desktop)
        rules.maxSuspendTime = .seconds(random.number(in: 20...90))
        rules.maxVacateTime = .seconds(random.number(in: 5...60))
        return rules
    }

    mutating func note(foundations trials: [TrialID]) { foundations.formUnion(trials) }

    private static func character(
        _ faults: Set<Fault>, _ random: inout SplitMix64
    ) -> SimulatedWorker.Character {
        guard faults.contains(.strangers), random.percent(40) else { return .sound }
        return random.element(of: [.slow, .broken, .lying])
    }

    private static func fate(_ faults: Set<Fault>, _ mayBeLarge: Bool, _ random: inout SplitMix64) -> Fate {
        if faults.contains(.failures) {
            if random.percent(3) { return .poison }
            if random.percent(2) { return .contradictory }
        }
        return mayBeLarge && random.percent(10) ? .large : .small
    }

    /// What a worker says that has computed nothing.
    static let lie = result(-1, [])

    /// What this execution of the trial finds out: figures differ between attempts, so that a row that changes is seen.
    func result(of trial: TrialID, _ name: AttemptName) -> TrialResult {
        let figure = Double(trial.low) + Double(name.attempt.number) / 1024
        var maps: [TrialResult.Map] = []
        if fates[trial] == .large {
            maps.append(
                TrialResult.Map(
                    testSet: "natural", image: 0, imageName: "0.png", height: 90, width: 100,
                    values: (0..<9000).map { Float(figure) + Float($0) }))
        }
        return Self.result(figure, maps, foundations.contains(trial) ? Self.artifact(of: trial, name) : nil)
    }

    /// What this execution of the trial makes for others: something else than another execution.
    static func artifact(of trial: TrialID, _ name: AttemptName) -> TrialArtifact? {
        var bytes = [UInt8](repeating: 0, count: BlobName.byteCount)
        for (index, number) in [trial.low, name.task.low, name.attempt.number].enumerated() {
            for byte in 0..<8 { bytes[index * 8 + byte] = UInt8(truncatingIfNeeded: number >> (8 * UInt64(byte))) }
        }
        return BlobName(bytes).map { TrialArtifact(name: $0, size: 1) }
    }

    private static func result(
        _ figure: Double, _ maps: [TrialResult.Map], _ artifact: TrialArtifact? = nil
    ) -> TrialResult {
        let metric = TrialResult.Metric(testSet: "natural", name: "SPC", value: figure, images: 10, undefined: 0)
        let provenance = TrialResult.Provenance(
            programVersion: "1.0.0", host: "", processor: "", blas: "", weights: "", data: "", seconds: 1)
        return TrialResult(metrics: [metric], maps: maps, skipped: [], provenance: provenance, artifact: artifact)
    }
}

/// A sweep as it was submitted.
struct SimulatedSweep {
    let id: SweepID
    var tasks: [SweepTask]
}
