import Coordination
import Testing

@Suite("Fair shares")
struct CoordinatorFairnessTests {
    private let alice = Vocabulary.alice
    private let bob = Vocabulary.bob

    @Test func `a sweep of priority 30 gets three turns while the usual one gets one`() throws {
        var script = CoordinatorScript()
        script.handle(.prioritised(Vocabulary.depths, try #require(SweepPriority(30))))
        script.submit((1...8).map { Vocabulary.task($0, trials: $0...$0) })
        script.submit(
            (11...18).map { Vocabulary.task($0, trials: $0...$0, of: Vocabulary.depths) }, of: Vocabulary.depths)
        script.join(alice, peer: 1, credit: 8)
        let given = script.sync().reports.compactMap { report -> UInt64? in
            if case .assigned(let name, _) = report { name.task.low } else { nil }
        }
        #expect(given.count { $0 > 10 } == 6)
    }

    /// Which of two sweeps' tasks Alice is given, one after another; the second sweep's are numbered from 101.
    private func turns(_ count: Int, _ change: (Int, inout CoordinatorScript) throws -> Void) throws -> [UInt64] {
        var script = CoordinatorScript()
        script.submit((1...40).map { Vocabulary.task($0, trials: $0...$0) })
        script.submit(
            (101...140).map { Vocabulary.task($0, trials: $0...$0, of: Vocabulary.depths) }, of: Vocabulary.depths)
        var given: [UInt64] = []
        try change(0, &script)
        script.join(alice, peer: 1)
        for turn in 1...count {
            for case .assigned(let name, _) in script.sync().reports { given.append(name.task.low) }
            try change(turn, &script)
            let task = try #require(given.last)
            try script.hear(.offer(Vocabulary.offer(of: task, Vocabulary.attempt(of: task))))
        }
        return given
    }

    @Test func `a priority counts from the next turn on`() throws {
        let (low, high) = (try #require(SweepPriority(1)), try #require(SweepPriority(100)))
        let given = try turns(32) { turn, script in
            if turn == 0 { script.handle(.prioritised(Vocabulary.depths, low)) }
            if turn == 12 { script.handle(.prioritised(Vocabulary.depths, high)) }
        }
        #expect(given.prefix(12).count { $0 > 100 } <= 2)
        #expect(given.dropFirst(13).count { $0 > 100 } >= 16)
    }

    @Test func `the lowest priority beside the highest waits, and not for ever`() throws {
        let (low, high) = (try #require(SweepPriority(1)), try #require(SweepPriority(100)))
        let given = try turns(40) { turn, script in
            guard turn == 0 else { return }
            script.handle(.prioritised(Vocabulary.kernels, high))
            script.handle(.prioritised(Vocabulary.depths, low))
        }
        #expect(given.allSatisfy { $0 <= 100 })
        #expect([0, 101, -1, .max, .min].allSatisfy { SweepPriority($0) == nil })
    }

    @Test func `a task goes to a worker that has what it needs`() throws {
        func task(_ number: UInt64, _ key: UInt64) -> SweepTask {
            SweepTask(
                id: TaskID(number), sweep: Vocabulary.kernels, body: [], trials: [TrialID(number)], needs: [key])
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

    // MARK: What workers say that they hold

    private func task(_ number: UInt64, needs: [UInt64]) -> SweepTask {
        SweepTask(
            id: TaskID(number), sweep: Vocabulary.kernels, body: [], trials: [TrialID(number)], needs: needs)
    }

    private func join(
        _ script: inout CoordinatorScript, _ worker: WorkerID, peer: UInt64, incarnation: UInt64 = 1, holds: [UInt64]
    ) throws {
        try script.hear(.hello(Vocabulary.hello(worker, incarnation: incarnation, holds: holds)), from: peer)
        try script.hear(.heartbeat(credit: 1, held: []), from: peer)
    }

    @Test(arguments: [[100] as [UInt64], [7, 8, 9]])
    func `a coordinator that has just been started gives a task to who says that it holds the features or the files`(
        holds: [UInt64]
    ) throws {
        for isAlice in [true, false] {
            var script = CoordinatorScript(epoch: 2)
            try join(&script, alice, peer: 1, holds: isAlice ? holds : [55])
            try join(&script, bob, peer: 2, holds: isAlice ? [55] : holds)
            script.submit([task(1, needs: [100, 7, 8])])
            #expect(script.sync().reports == [.assigned(Vocabulary.attempt(), isAlice ? alice : bob)])
        }
    }

    @Test func `features count for more than files`() throws {
        var script = CoordinatorScript(epoch: 2)
        try join(&script, alice, peer: 1, holds: [7, 8])
        script.submit([task(1, needs: [200, 9]), task(2, needs: [100, 7, 8]), task(3, needs: [300, 7])])
        // The first of those whose files are there.
        #expect(script.sync().reports == [.assigned(Vocabulary.attempt(of: 2), alice)])
        try join(&script, bob, peer: 2, holds: [7, 300])
        #expect(script.sync().reports == [.assigned(Vocabulary.attempt(of: 3), bob)])
    }

    @Test func `what a worker held before it was started anew does not count`() throws {
        var script = CoordinatorScript(epoch: 2)
        try join(&script, alice, peer: 1, holds: [100])
        try join(&script, alice, peer: 2, incarnation: 2, holds: [300])
        script.submit([task(1, needs: [200]), task(2, needs: [100]), task(3, needs: [300])])
        #expect(script.sync().reports == [.assigned(Vocabulary.attempt(of: 3), alice)])
    }
}
