import Coordination

extension SimulationPlan {
    /// Lets some tasks build on trials of others, mostly of their own sweep; what they build on builds on nothing.
    mutating func drawRequirements(_ random: inout SplitMix64) {
        var builders: Set<TaskID> = []
        for task in sweeps.flatMap({ $0.tasks.dropFirst() }) where random.percent(50) { builders.insert(task.id) }
        let built = Set(sweeps.flatMap(\.tasks).filter { builders.contains($0.id) }.flatMap(\.trials))
        let found = sweeps.map { sweep in
            sweep.tasks.filter { !builders.contains($0.id) }.flatMap(\.trials).filter { !built.contains($0) }
        }
        for (number, sweep) in sweeps.enumerated() {
            let tasks = sweep.tasks.map { task in
                let offered = random.percent(10) ? random.element(of: found) : found[number]
                guard builders.contains(task.id), !offered.isEmpty else { return task }
                let first = random.element(of: offered)
                let required = random.percent(20) ? [first, random.element(of: offered)] : [first]
                return task.building(on: required.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
            }
            sweeps[number] = SimulatedSweep(id: sweep.id, tasks: tasks)
            note(foundations: tasks.flatMap(\.requires))
        }
    }
}

extension SweepTask {
    fileprivate func building(on trials: [TrialID]) -> SweepTask {
        SweepTask(id: id, sweep: sweep, body: body, trials: self.trials, needs: needs, requires: trials)
    }
}
