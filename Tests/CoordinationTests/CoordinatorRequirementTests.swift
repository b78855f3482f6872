import Coordination
import Testing

/// Tasks 2 and 3 build on trial 1, which task 1 computes.
@Suite("Tasks that build on others")
struct CoordinatorRequirementTests {
    private let alice = Vocabulary.alice
    private let training = Vocabulary.task(1, trials: 1...1)
    private let encoder = Vocabulary.artifact()

    private func probe(
        _ number: UInt64, of sweep: SweepID = Vocabulary.kernels, on required: [UInt64] = [1],
        given artifacts: [TrialID: TrialArtifact] = [:]
    ) -> SweepTask {
        SweepTask(
            id: TaskID(number), sweep: sweep, body: [UInt8(number)], trials: [TrialID(10 + number)],
            requires: required.map(TrialID.init), artifacts: artifacts)
    }

    /// Alice has been given the training, and the probes wait.
    private func trainingScript(_ probes: SweepTask...) -> CoordinatorScript {
        var script = CoordinatorScript()
        script.submit([training] + probes)
        script.join(alice, peer: 1, credit: 4)
        #expect(script.sync().reports == [.assigned(Vocabulary.attempt(), alice)])
        return script
    }

    private func assignment(_ number: UInt64, attempt: UInt64 = 1) -> Coordinator.Effect {
        let name = Vocabulary.attempt(attempt, of: number)
        let inputs = TaskInputs(artifacts: [TrialID(1): encoder])
        return .send(.assign(name, body: [UInt8(number)], trials: [TrialID(10 + number)], inputs), to: 1)
    }

    private func finishTraining(_ script: inout CoordinatorScript, attempt: UInt64 = 1) throws -> [Coordinator.Effect] {
        let result = Vocabulary.trainingResult(of: encoder)
        try script.hear(.offer(Vocabulary.offer(result, of: 1, Vocabulary.attempt(attempt))))
        return script.sync()
    }

    // MARK: Waiting

    @Test func `a task waits for what it builds on, and is given the artifact when that is on disk`() throws {
        var script = trainingScript(probe(2), probe(3))
        #expect(!script.isIdle)
        let result = Vocabulary.trainingResult(of: encoder)
        // Offered is not yet on disk.
        #expect(try script.hear(.offer(Vocabulary.offer(result, of: 1))).sent.isEmpty)
        let effects = script.sync()
        #expect(effects.sent.contains(.send(.acknowledged(Vocabulary.attempt(), TrialID(1), .stored), to: 1)))
        #expect(effects.sent.suffix(2) == [assignment(2), assignment(3)])
    }

    @Test func `what is on disk already is not waited for`() {
        var script = CoordinatorScript()
        script.submit([probe(2, given: [TrialID(1): encoder])])
        script.join(alice, peer: 1)
        #expect(script.sync().sent.last == assignment(2))
    }

    @Test func `nor what came onto the disk while the task was on its way here`() throws {
        var script = trainingScript()
        _ = try finishTraining(&script)
        script.submit([probe(2, of: Vocabulary.depths)], of: Vocabulary.depths)
        #expect(script.sync().sent == [assignment(2)])
    }

    @Test func `a task that builds on two waits for both`() throws {
        var script = CoordinatorScript()
        script.submit([training, Vocabulary.task(4, trials: 4...4), probe(2, on: [1, 4])])
        script.join(alice, peer: 1, credit: 4)
        script.sync()
        #expect(try !finishTraining(&script).reports.contains(.assigned(Vocabulary.attempt(of: 2), alice)))
        #expect(script.why(TaskID(2))?.reasons.first?.hasPrefix("waits for trial \(TrialID(4).short)") == true)
        let result = Vocabulary.trainingResult(of: Vocabulary.artifact(0xED))
        try script.hear(.offer(Vocabulary.offer(result, of: 4, Vocabulary.attempt(of: 4))))
        #expect(script.sync().reports.contains(.assigned(Vocabulary.attempt(of: 2), alice)))
    }

    @Test func `why says what is waited for, and where that is`() throws {
        var script = trainingScript(probe(2))
        let why = try #require(script.why(TaskID(2)))
        #expect(why.state == "waiting for another trial")
        #expect(
            why.reasons.first
                == "waits for trial \(TrialID(1).short) (task \(TaskID(1).short), attempt 1 on host-\(alice.short))")
        try script.hear(.handedBack(Vocabulary.attempt()))
        #expect(script.why(TaskID(2))?.reasons.first?.hasSuffix("which waits too)") == true)
    }

    // MARK: Failing

    private func cause(_ what: String) -> String { "needs trial \(TrialID(1).short), which \(what)" }

    @Test func `when it fails for good, what builds on it fails with its cause, in every sweep`() throws {
        var script = trainingScript(probe(2))
        script.submit([probe(3, of: Vocabulary.depths)], of: Vocabulary.depths)
        try script.hear(.failed(Vocabulary.attempt(1), .trial, cause: "the loss is not finite\nlog"))
        #expect(script.sync().reports == [.assigned(Vocabulary.attempt(2), alice)])
        try script.hear(.failed(Vocabulary.attempt(2), .trial, cause: "the loss is not finite\nlog"))
        let reports = script.sync().reports
        let said = cause("failed: the loss is not finite")
        #expect(
            reports == [
                .taskFailed(TaskID(1), Vocabulary.kernels, cause: "the loss is not finite\nlog"),
                .taskFailed(TaskID(2), Vocabulary.kernels, cause: said),
                .sweepEnded(Vocabulary.kernels, failedTasks: 2),
                .taskFailed(TaskID(3), Vocabulary.depths, cause: said),
                .sweepEnded(Vocabulary.depths, failedTasks: 1),
            ])
        #expect(script.records.contains(.taskFailed(TaskID(2), cause: said)))
        #expect(script.isIdle)
    }

    @Test func `a disk that refuses learns of it later`() throws {
        var script = trainingScript(probe(2))
        for attempt in 1...2 as ClosedRange<UInt64> {
            try script.hear(.failed(Vocabulary.attempt(attempt), .trial, cause: "bad"))
            if attempt == 1 { script.sync() }
        }
        // The training's failure is on disk; the probe's is refused.
        for _ in 0..<2 { script.refuseCommits() }
        #expect(!script.isIdle)
        script.wait(.seconds(10))
        let reports = script.sync().reports
        #expect(reports.contains(.taskFailed(TaskID(2), Vocabulary.kernels, cause: cause("failed: bad"))))
        #expect(script.isIdle)
    }

    @Test func `cancelling a sweep cancels what waits in it, and fails what waits in others`() {
        var script = trainingScript(probe(2))
        script.submit([probe(3, of: Vocabulary.depths)], of: Vocabulary.depths)
        let cancelled = script.handle(.cancelled(Vocabulary.kernels))
        #expect(cancelled.reports == [.sweepEnded(Vocabulary.kernels, failedTasks: 0)])
        #expect(script.why(TaskID(2))?.state == "cancelled")
        #expect(
            script.sync().reports == [
                .taskFailed(TaskID(3), Vocabulary.depths, cause: cause("was cancelled")),
                .sweepEnded(Vocabulary.depths, failedTasks: 1),
            ])
    }

    @Test func `cancelling what waits leaves the training to others`() throws {
        var script = CoordinatorScript()
        script.submit([training])
        script.submit([probe(2, of: Vocabulary.depths)], of: Vocabulary.depths)
        script.join(alice, peer: 1, credit: 4)
        script.sync()
        script.handle(.cancelled(Vocabulary.depths))
        let reports = try finishTraining(&script).reports
        #expect(reports.last == .sweepEnded(Vocabulary.kernels, failedTasks: 0))
        #expect(!reports.contains(.assigned(Vocabulary.attempt(of: 2), alice)))
    }

    @Test func `a result without what others build on fails them`() throws {
        var script = trainingScript(probe(2))
        try script.hear(.offer(Vocabulary.offer(of: 1)))
        let reports = script.sync().reports
        #expect(reports.contains(.taskDone(TaskID(1), Vocabulary.kernels)))
        #expect(reports.last == .sweepEnded(Vocabulary.kernels, failedTasks: 1))
        #expect(script.why(TaskID(2))?.state == "failed")
    }

    @Test func `what nobody computes is not waited for`() {
        var script = CoordinatorScript()
        let effects = script.submit([probe(2)]) + script.sync()
        let said = cause("no task computes any more")
        guard case .taskFailed(TaskID(2), Vocabulary.kernels, let whole)? = effects.reports.first else {
            Issue.record("\(effects.reports)")
            return
        }
        #expect(whole.hasPrefix(said))
        #expect(script.isIdle)
    }

    // MARK: Trying again

    @Test func `a retry tries both again, one after the other`() throws {
        var script = trainingScript(probe(2))
        for attempt in 1...2 as ClosedRange<UInt64> {
            try script.hear(.failed(Vocabulary.attempt(attempt), .trial, cause: "bad"))
            script.sync()
        }
        #expect(script.isIdle)
        script.submit([training, probe(2)])
        #expect(script.sync().reports == [.assigned(Vocabulary.attempt(3), alice)])
        #expect(try finishTraining(&script, attempt: 3).sent.last == assignment(2))
    }

    @Test func `a result that comes after its task was given up is there for a retry`() throws {
        var script = trainingScript(probe(2))
        for attempt in 1...2 as ClosedRange<UInt64> {
            try script.hear(.failed(Vocabulary.attempt(attempt), .trial, cause: "bad"))
            script.sync()
        }
        _ = try finishTraining(&script)
        #expect(script.why(TaskID(2))?.state == "failed")
        script.submit([probe(2)])
        #expect(script.sync().sent == [assignment(2)])
    }

    // MARK: Restarts

    @Test func `a coordinator that is started anew waits for what its workers still train`() throws {
        var script = CoordinatorScript(epoch: 2)
        let begun = SweepTask(
            id: training.id, sweep: training.sweep, body: training.body, trials: training.trials,
            nextAttempt: Attempt(number: 2), executions: [Execution(.first, worker: alice, isOpen: true)])
        script.submit([begun, probe(2)])
        script.join(alice, peer: 1, credit: 4, held: [Vocabulary.attempt()])
        #expect(script.sync().reports.filter { if case .assigned = $0 { true } else { false } }.isEmpty)
        #expect(try finishTraining(&script).sent.last == assignment(2))
    }

    @Test func `and trains nothing again that is on disk`() {
        var script = CoordinatorScript(epoch: 2)
        script.submit([probe(2, given: [TrialID(1): encoder]), probe(3, given: [TrialID(1): encoder])])
        script.join(alice, peer: 1, credit: 2)
        #expect(script.sync().sent.suffix(2) == [assignment(2), assignment(3)])
    }
}
