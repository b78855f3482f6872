import Coordination

/// What a seed stands for: a cluster's shape, its work, and which faults it will see.
///
/// Each seed draws only some of the faults, so that a run may also end up deep in one of them.
struct SimulationPlan {
    let workers: Int
    let credits: [Int]
    let sweeps: [(id: SweepID, tasks: [SweepTask])]
    let faults: Set<Fault>
    /// How a trial turns out, whoever runs it.
    let fates: [TrialID: Fate]
    /// A sweep that is cancelled half-way, or none.
    let cancelled: SweepID?
    let policy: Policy

    enum Fault: CaseIterable {
        case brokenConnections, partitions, workerCrashes, departures, freezes, coordinatorCrashes, slowDisk, fullDisk,
            failures
    }

    enum Fate {
        case small, large
        /// Fails every time.
        case poison
        /// Its result contradicts itself, and the store leaves it out.
        case contradictory
    }

    init(_ random: inout SplitMix64) {
        workers = Int.random(in: 1...8, using: &random)
        credits = (0..<workers).map { _ in Int.random(in: 1...2, using: &random) }
        var drawn: Set<Fault> = []
        for fault in Fault.allCases where random.percent(45) { drawn.insert(fault) }
        faults = drawn
        var fates: [TrialID: Fate] = [:]
        var sweeps: [(id: SweepID, tasks: [SweepTask])] = []
        var lastTask: UInt64 = 0
        var lastTrial: UInt64 = 0
        let mayBeLarge = random.percent(40)
        // Mostly small: what goes wrong goes wrong among few tasks, and more of them are run in the time.
        let mostTasks = random.percent(20) ? 40 : 6
        for number in 0..<UInt64.random(in: 1...3, using: &random) {
            let sweep = SweepID(0x500 + number)
            let tasks = (0..<Int.random(in: 1...mostTasks, using: &random)).map { _ in
                lastTask += 1
                let trials = (0..<UInt64.random(in: 1...4, using: &random)).map { _ in
                    // A few trials belong to several sweeps.
                    if lastTrial > 5, random.percent(4) {
                        return TrialID(UInt64.random(in: 1...lastTrial, using: &random))
                    }
                    lastTrial += 1
                    fates[TrialID(lastTrial)] = Self.fate(drawn, mayBeLarge, &random)
                    return TrialID(lastTrial)
                }
                return SweepTask(
                    id: TaskID(lastTask), sweep: sweep, body: [UInt8(truncatingIfNeeded: lastTask)],
                    trials: trials.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
            }
            sweeps.append((sweep, tasks))
        }
        self.fates = fates
        self.sweeps = sweeps
        cancelled = random.percent(15) ? sweeps.randomElement(using: &random)?.id : nil
        var policy = Policy()
        policy.chunkCredit = 16 * 1024
        self.policy = policy
    }

    private static func fate(_ faults: Set<Fault>, _ mayBeLarge: Bool, _ random: inout SplitMix64) -> Fate {
        if faults.contains(.failures) {
            if random.percent(3) { return .poison }
            if random.percent(2) { return .contradictory }
        }
        return mayBeLarge && random.percent(10) ? .large : .small
    }

    /// What this execution of the trial finds out: figures differ between attempts, so that a row that changes is seen.
    func result(of trial: TrialID, _ name: AttemptName) -> TrialResult {
        let figure = Double(trial.low) + Double(name.attempt.number) / 1024
        return fates[trial] == .large
            ? Vocabulary.result(figure, height: 90, width: 100) : Vocabulary.result(figure, height: 0, width: 0)
    }
}
