import Coordination
import ResultsStore
import Testing

@Suite("Artifacts: what a trial has made stands beside its result")
struct ArtifactTests {
    @Test func `an artifact is there with its result, and with no other trial's`() throws {
        try withStore { store in
            #expect(try store.artifact(of: Samples.trial(1)) == nil)
            let made = Samples.result(artifact: Samples.artifact())
            try store.commit([Samples.found(1, finding: made), Samples.found(2)])
            #expect(try store.artifact(of: Samples.trial(1)) == Samples.artifact())
            #expect(try store.artifact(of: Samples.trial(2)) == nil)
            #expect(try store.artifact(of: Samples.trial(99)) == nil)
        }
    }

    @Test func `artifacts are kept as long as a sweep has their trials, cancelled or not`() throws {
        try withStore { store in
            let names = [Samples.artifact(1), Samples.artifact(2)].compactMap { $0 }
            try store.commit([
                Samples.found(1, finding: Samples.result(artifact: names[0])),
                Samples.found(5, finding: Samples.result(artifact: names[1])),
            ])
            let all = try store.keptArtifacts()
            #expect(all == Set(names.map(\.name)))
            try store.cancel(Samples.sweep().id)
            let cancelled = try store.keptArtifacts()
            #expect(cancelled == all)
            // Without the task of trial 5.
            _ = try store.submit(Samples.sweep(tasks: 1...2), at: Samples.noon)
            let withdrawn = try store.keptArtifacts()
            #expect(withdrawn == [names[0].name])
        }
    }

    @Test func `a task lives as long as an active sweep waits for a result of it`() throws {
        try withStore { store in
            let tasks = (1...4).map { Samples.task($0) }
            try store.commit([Samples.found(1), Samples.found(3), Samples.found(4)])
            let live = try store.liveTasks(among: tasks)
            #expect(live == [Samples.task(1), Samples.task(3)])
            try store.commit([.taskFailed(Samples.task(3), cause: "bad")])
            let failed = try store.liveTasks(among: tasks)
            #expect(failed == live)
            try store.cancel(Samples.sweep().id)
            let cancelled = try store.liveTasks(among: tasks)
            #expect(cancelled.isEmpty)
        }
    }

    @Test(arguments: [Samples.artifact(1), Samples.artifact(size: 7), nil])
    func `the same figures with another file are a divergence, and the first file stays`(other: TrialArtifact?) throws {
        try withStore { store in
            let made = Samples.result(artifact: Samples.artifact())
            try store.commit([Samples.found(1, finding: made)])
            #expect(try store.commit([Samples.found(1, by: Samples.bob, finding: made)]).repeated.count == 1)
            let second = Samples.found(1, by: Samples.bob, finding: Samples.result(artifact: other))
            #expect(try store.commit([second]).diverged == [Samples.trial(1)])
            #expect(try store.artifact(of: Samples.trial(1)) == Samples.artifact())
        }
    }

    @Test(arguments: [0, -1, TrialArtifact.sizeLimit + 1])
    func `a file of no possible size is refused with its result`(size: Int) throws {
        try withStore { store in
            let made = Samples.result(artifact: Samples.artifact(size: size))
            let report = try store.commit([Samples.found(1, finding: made)])
            #expect(report.refused.map(\.trial) == [Samples.trial(1)])
            let kept = try store.artifact(of: Samples.trial(1))
            #expect(kept == nil)
        }
    }
}
