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
