import Coordination
import Testing

@Suite("Checkpoints, and files of results")
struct CoordinatorCheckpointTests {
    private let alice = Vocabulary.alice
    private let bob = Vocabulary.bob
    private let task = TaskID(1)
    private let first = Vocabulary.attempt(1)

    private func checkpoint(_ step: Int) -> TaskCheckpoint {
        TaskCheckpoint(Vocabulary.artifact(UInt8(step)), step: step)
    }

    /// A coordinator that has this checkpoint of the task that Alice computes.
    private func kept(_ step: Int) throws -> CoordinatorScript {
        var script = CoordinatorScript.leased()
        #expect(
            try script.hear(.checkpoint(first, checkpoint(step))) == [.keepCheckpoint(task, checkpoint(step))])
        #expect(script.handle(.checkpointKept(task, checkpoint(step))) == [])
        return script
    }

    private func assignment(_ effects: [Coordinator.Effect]) -> TaskInputs? {
        for case .send(.assign(_, _, _, _, let inputs), to: _) in effects { return inputs }
        return nil
    }

    @Test func `the next attempt begins where the last one has come to, on whatever worker`() throws {
        var script = try kept(20)
        script.wait(.seconds(60))
        script.join(bob, peer: 2)
        #expect(assignment(script.sync()) == TaskInputs(checkpoint: checkpoint(20)))
    }

    @Test func `a checkpoint counts when it is on disk, and not before`() throws {
        var script = CoordinatorScript.leased()
        try script.hear(.checkpoint(first, checkpoint(20)))
        script.wait(.seconds(60))
        script.join(bob, peer: 2)
        #expect(assignment(script.sync()) == TaskInputs.none)
    }

    @Test(arguments: [1, 19, 20])
    func `one that is not further along is not kept`(step: Int) throws {
        var script = try kept(20)
        #expect(try script.hear(.checkpoint(first, checkpoint(step))) == [])
    }

    @Test func `one of a superseded attempt is kept where it is further along`() throws {
        var script = try kept(20)
        script.wait(.seconds(60))
        script.join(bob, peer: 2)
        script.sync()
        script.join(alice, peer: 3)
        #expect(try script.hear(.checkpoint(first, checkpoint(10)), from: 3) == [])
        #expect(
            try script.hear(.checkpoint(first, checkpoint(30)), from: 3) == [.keepCheckpoint(task, checkpoint(30))])
    }

    @Test func `one from a worker that was never given the attempt is not kept`() throws {
        var script = try kept(20)
        script.join(bob, peer: 2)
        #expect(try script.hear(.checkpoint(first, checkpoint(30)), from: 2) == [])
        #expect(try script.hear(.checkpoint(Vocabulary.attempt(7), checkpoint(30))) == [])
        #expect(try script.hear(.checkpoint(Vocabulary.attempt(1, of: 9), checkpoint(30))) == [])
    }

    @Test func `it goes when the task is done, and only when its results are on disk`() throws {
        var script = try kept(20)
        for trial: UInt64 in 1...2 { try script.hear(.offer(Vocabulary.offer(of: trial))) }
        #expect(script.sync().contains(.dropCheckpoint(task)))
        #expect(try script.hear(.checkpoint(first, checkpoint(30))) == [])
        // One that was being kept meanwhile.
        #expect(script.handle(.checkpointKept(task, checkpoint(40))) == [.dropCheckpoint(task)])
    }

    @Test func `it goes when the sweep is cancelled`() throws {
        var script = try kept(20)
        #expect(script.handle(.cancelled(Vocabulary.kernels)).contains(.dropCheckpoint(task)))
    }

    @Test func `a task that is given up keeps it, for it may be tried again`() throws {
        var script = try kept(20)
        try script.hear(.failed(first, .trial, cause: "bad"))
        script.wait(.seconds(61))
        script.sync()
        try script.hear(.heartbeat(credit: 1, held: []))
        script.sync()
        let effects = try script.hear(.failed(Vocabulary.attempt(2), .trial, cause: "bad")) + script.sync()
        #expect(effects.reports.contains(.taskFailed(task, Vocabulary.kernels, cause: "bad")))
        #expect(!effects.contains(.dropCheckpoint(task)))
        script.submit([Vocabulary.task(1, trials: 1...2)])
        script.wait(.seconds(61))
        try script.hear(.heartbeat(credit: 1, held: []))
        #expect(assignment(script.sync()) == TaskInputs(checkpoint: checkpoint(20)))
    }

    @Test func `a coordinator that is started anew hears of checkpoints before it gives tasks away`() throws {
        var script = CoordinatorScript(epoch: 2)
        script.handle(.checkpointKept(task, checkpoint(20)))
        script.submit([Vocabulary.task(1, trials: 1...2)])
        script.join(alice, peer: 1)
        #expect(assignment(script.sync()) == TaskInputs(checkpoint: checkpoint(20)))
    }

    @Test func `a checkpoint renews the lease of its attempt`() throws {
        var script = try kept(20)
        script.wait(.seconds(50))
        try script.hear(.checkpoint(first, checkpoint(30)))
        #expect(!script.wait(.seconds(50)).reports.contains(.attemptLost(first, alice)))
    }

    @Test func `a result whose file is not here is asked for with its file, and taken when it comes again`() throws {
        var script = CoordinatorScript.leased(trials: 1...1)
        let offer = WorkerMessage.offer(Vocabulary.offer(Vocabulary.trainingResult(), of: 1))
        #expect(try script.hear(offer).commits.count == 1)
        #expect(
            script.handle(.lacking(TrialID(1), first, worker: alice)) == [
                .send(.lacking(first, TrialID(1)), to: 1)
            ])
        // The commit is on disk, without the result.
        #expect(script.sync() == [])
        #expect(try script.hear(offer).commits.count == 1)
        #expect(script.sync().reports.contains(.taskDone(task, Vocabulary.kernels)))
    }

    @Test func `a stray result whose file is not here is asked for too`() throws {
        var script = CoordinatorScript.leased()
        let stray = Vocabulary.attempt(1, of: 9)
        let offer = WorkerMessage.offer(Vocabulary.offer(Vocabulary.trainingResult(), of: 7, stray))
        #expect(try script.hear(offer).commits.count == 1)
        #expect(
            script.handle(.lacking(TrialID(7), stray, worker: alice)) == [.send(.lacking(stray, TrialID(7)), to: 1)])
        script.sync()
        #expect(try script.hear(offer).commits.count == 1)
    }
}
