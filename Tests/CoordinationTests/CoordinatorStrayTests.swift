import Coordination
import Testing

/// Results of attempts that a coordinator does not remember; its disk may.
@Suite("Stray results")
struct CoordinatorStrayTests {
    private let alice = Vocabulary.alice
    private let bob = Vocabulary.bob
    private let trial = TrialID(1)

    private func record(_ trial: UInt64, _ name: AttemptName, by worker: WorkerID = Vocabulary.alice) -> Record {
        .stray(TrialID(trial), task: name.task, name.attempt, worker: worker, Vocabulary.result())
    }

    @Test(arguments: [Vocabulary.attempt(9), Vocabulary.attempt(of: 77)])
    func `the disk is asked before anything is said`(name: AttemptName) throws {
        var script = CoordinatorScript.leased()
        let offered = try script.hear(.offer(Vocabulary.offer(of: 1, name)))
        #expect(offered.commits == [[record(1, name)]])
        #expect(offered.sent == [])
        #expect(try script.hear(.offer(Vocabulary.offer(of: 1, name))) == [])
    }

    @Test func `a result of another worker's attempt is a stray, and holds up nobody else's`() throws {
        var script = CoordinatorScript.leased()
        script.join(bob, peer: 2)
        let first = Vocabulary.attempt()
        let foreign = try script.hear(.offer(Vocabulary.offer(of: 1)), from: 2)
        #expect(foreign.commits == [[record(1, first, by: bob)]])
        #expect(try script.hear(.offer(Vocabulary.offer(of: 1))).commits.count == 1)
        let answers = script.handle(.strayed(trial, first, worker: bob, .unknown)) + script.sync()
        #expect(
            answers.sent == [
                .send(.acknowledged(first, trial, .unknown), to: 2),
                .send(.acknowledged(first, trial, .stored), to: 1),
            ])
    }

    @Test func `what the disk does not know either stays with the worker`() throws {
        var script = CoordinatorScript.leased()
        let name = Vocabulary.attempt(of: 77)
        try script.hear(.offer(Vocabulary.offer(of: 1, name)))
        #expect(
            script.handle(.strayed(trial, name, worker: alice, .unknown)) == [
                .send(.acknowledged(name, trial, .unknown), to: 1)
            ])
        // The commit that it was left out of is answered too.
        #expect(script.sync() == [])
    }

    @Test func `what the disk knows is acknowledged when it is there`() throws {
        var script = CoordinatorScript.leased()
        let name = Vocabulary.attempt(of: 77)
        try script.hear(.offer(Vocabulary.offer(of: 7, name)))
        #expect(script.sync() == [.send(.acknowledged(name, TrialID(7), .stored), to: 1)])
    }

    @Test func `a task that waits for the trial is done with it`() throws {
        var script = CoordinatorScript.leased(trials: 1...1)
        let name = Vocabulary.attempt(of: 77)
        try script.hear(.offer(Vocabulary.offer(of: 1, name)))
        let effects = script.sync()
        #expect(effects.sent.contains(.send(.acknowledged(name, trial, .stored), to: 1)))
        #expect(effects.sent.contains(.send(.cancel(Vocabulary.attempt()), to: 1)))
        #expect(effects.reports.contains(.taskDone(TaskID(1), Vocabulary.kernels)))
    }

    @Test func `a large one is fetched first`() throws {
        var script = CoordinatorScript.leased()
        let (name, large) = (Vocabulary.attempt(of: 77), Vocabulary.largeResult(height: 100))
        #expect(
            try script.hear(.offer(Vocabulary.offer(large, of: 1, name))) == [
                .send(.want(name, trial, offset: 0, bytes: 40_000), to: 1)
            ])
        let fetched = try script.hear(.chunk(name, trial, offset: 0, bytes: large.mapBytes))
        #expect(fetched.commits == [[.stray(trial, task: TaskID(77), .first, worker: alice, large)]])
    }

    @Test func `a worker asks about a few at a time`() throws {
        var script = CoordinatorScript.leased()
        let last = 100 + UInt64(Policy().offersAtOnce)
        for task in 100..<last { try script.hear(.offer(Vocabulary.offer(of: 1, Vocabulary.attempt(of: task)))) }
        let next = WorkerMessage.offer(Vocabulary.offer(of: 1, Vocabulary.attempt(of: last)))
        #expect(try script.hear(next) == [])
        script.sync()
        #expect(try script.hear(next).commits.count == 1)
    }

    @Test func `a full disk is asked again`() throws {
        var script = CoordinatorScript.leased()
        let name = Vocabulary.attempt(of: 77)
        let offer = WorkerMessage.offer(Vocabulary.offer(of: 1, name))
        try script.hear(offer)
        #expect(script.refuseCommits().sent == [])
        #expect(try script.hear(offer) == [])
        script.wait(.seconds(5))
        #expect(try script.hear(offer).commits == [[record(1, name)]])
    }
}
