import Coordination
import Testing

@Suite("Fair shares")
struct CoordinatorFairnessTests {
    private let alice = Vocabulary.alice
    private let bob = Vocabulary.bob

    @Test func `a sweep of weight 3 gets three turns while the other gets one`() {
        var script = CoordinatorScript()
        script.handle(.weighted(Vocabulary.depths, weight: 3))
        script.submit((1...8).map { Vocabulary.task($0, trials: $0...$0) })
        script.submit(
            (11...18).map { Vocabulary.task($0, trials: $0...$0, of: Vocabulary.depths) }, of: Vocabulary.depths)
        script.join(alice, peer: 1, credit: 8)
        let given = script.sync().reports.compactMap { report -> UInt64? in
            if case .assigned(let name, _) = report { name.task.low } else { nil }
        }
        #expect(given.count { $0 > 10 } == 6)
    }

    @Test func `a task goes to a worker that has what it needs`() throws {
        func task(_ number: UInt64, _ key: UInt64) -> SweepTask {
            SweepTask(
                id: TaskID(number), sweep: Vocabulary.kernels, body: [], trials: [TrialID(number)], affinity: key)
        }
        var script = CoordinatorScript()
        script.join(alice, peer: 1)
        script.join(bob, peer: 2)
        script.sync()
        script.submit([task(1, 100), task(2, 200), task(3, 100), task(4, 200)])
        #expect(
            script.sync().reports == [
                .assigned(Vocabulary.attempt(of: 1), bob), .assigned(Vocabulary.attempt(of: 2), alice),
            ])
        // Task 3 is next in line, and Alice has what task 4 needs.
        try script.hear(.offer(Vocabulary.offer(of: 2, Vocabulary.attempt(of: 2))), from: 1)
        script.sync()
        #expect(script.heldTasks(of: alice) == 1)
        try script.hear(.offer(Vocabulary.offer(of: 1, Vocabulary.attempt(of: 1))), from: 2)
        #expect(script.sync().reports.contains(.assigned(Vocabulary.attempt(of: 4), alice)) == false)
        #expect(script.why(TaskID(4))?.state == "attempt 1 on host-000a11ce")
        #expect(script.why(TaskID(3))?.state == "attempt 1 on host-00000b0b")
    }
}
