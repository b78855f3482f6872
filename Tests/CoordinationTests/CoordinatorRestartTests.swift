import Coordination
import Testing

@Suite("A coordinator that is started anew")
struct CoordinatorRestartTests {
    private let alice = Vocabulary.alice
    private let bob = Vocabulary.bob
    private let first = Vocabulary.attempt(1)
    private let second = Vocabulary.attempt(2)

    /// A coordinator that finds on its disk that Alice was given the task.
    private func restarted() -> CoordinatorScript {
        var script = CoordinatorScript(epoch: 2)
        script.submit([
            SweepTask(
                id: TaskID(1), sweep: Vocabulary.kernels, body: [], trials: [TrialID(1)],
                nextAttempt: Attempt(number: 2), executions: [Execution(.first, worker: alice, isOpen: true)])
        ])
        return script
    }

    @Test func `leaves a task with the worker that has it`() {
        var script = restarted()
        script.join(bob, peer: 2)
        #expect(script.sync() == [])
        script.wait(.seconds(60))
        script.join(bob, peer: 3)
        script.join(alice, peer: 1, held: [first])
        #expect(script.sync() == [])
        #expect(script.heldTasks(of: alice) == 1)
    }

    @Test func `takes an offer of a trial that was finished before as a sign of life`() throws {
        var script = restarted()
        script.join(alice, peer: 1, held: [first])
        script.join(bob, peer: 2)
        script.sync()
        script.wait(.seconds(40))
        try script.hear(.offer(Vocabulary.offer(of: 7, first)))
        script.sync()
        #expect(script.wait(.seconds(40)).reports.contains(.attemptLost(first, alice)) == false)
        #expect(script.wait(.seconds(20)).reports.contains(.attemptLost(first, alice)))
    }

    @Test func `gives the task to another when its worker does not come back within the grace`() {
        var script = restarted()
        #expect(script.wait(.seconds(89)) == [])
        let lost = script.wait(.seconds(1))
        #expect(lost.commits == [[.attemptEnded(TaskID(1), .first, .lost)]])
        script.join(bob, peer: 2)
        #expect(script.sync().reports == [.assigned(second, bob)])
    }

    @Test func `gives the task to another at once when its worker comes back without it`() {
        var script = restarted()
        script.join(bob, peer: 2)
        script.join(alice, peer: 1, incarnation: 2)
        #expect(script.sync().reports == [.assigned(second, bob)])
    }

    @Test(arguments: [(FailureKind.trial, 1 as UInt64), (.lost, 3)])
    func `gives a task no fresh budget`(kind: FailureKind, budget: UInt64) throws {
        var script = CoordinatorScript(epoch: 2)
        let executions = (1...budget).map {
            Execution(Attempt(number: $0), worker: bob, isOpen: false, failure: kind)
        }
        script.submit([
            SweepTask(
                id: TaskID(1), sweep: Vocabulary.kernels, body: [], trials: [TrialID(1)],
                nextAttempt: Attempt(number: budget + 1), executions: executions)
        ])
        script.join(alice, peer: 1)
        #expect(script.sync().reports == [.assigned(Vocabulary.attempt(budget + 1), alice)])
        // Alice comes back without it, or says that it has failed.
        if kind == .lost {
            script.join(alice, peer: 2, incarnation: 2)
        } else {
            try script.hear(.failed(Vocabulary.attempt(budget + 1), kind, cause: "too bad"))
        }
        #expect(script.sync().reports.last == .sweepEnded(Vocabulary.kernels, failedTasks: 1))
    }

    @Test func `takes the result of an execution that had come to nothing before`() throws {
        var script = CoordinatorScript(epoch: 2)
        script.submit([
            SweepTask(
                id: TaskID(1), sweep: Vocabulary.kernels, body: [], trials: [TrialID(1)],
                nextAttempt: Attempt(number: 2), executions: [Execution(.first, worker: alice, isOpen: false)])
        ])
        script.join(alice, peer: 1, credit: 0)
        try script.hear(.offer(Vocabulary.offer(of: 1)))
        #expect(script.sync().sent == [.send(.acknowledged(first, TrialID(1), .stored), to: 1)])
    }
}
