import Coordination
import Testing

@Suite("Tasks")
struct CoordinatorTaskTests {
    private let alice = Vocabulary.alice

    @Test(arguments: [(FailureKind.trial, 1 as UInt64), (.memory, 2), (.host, 2)])
    func `a task survives as many failures of a kind as its budget says`(kind: FailureKind, budget: UInt64) throws {
        var script = CoordinatorScript.leased()
        for number in 1...budget {
            try script.hear(.failed(Vocabulary.attempt(number), kind, cause: "too bad"))
            #expect(script.sync().reports == [.assigned(Vocabulary.attempt(number + 1), alice)])
        }
        let last = try script.hear(.failed(Vocabulary.attempt(budget + 1), kind, cause: "too bad"))
        #expect(
            last.commits == [
                [
                    .attemptEnded(TaskID(1), Attempt(number: budget + 1), .failed(kind, cause: "too bad")),
                    .taskFailed(TaskID(1), cause: "too bad"),
                ]
            ])
        #expect(
            script.sync().reports == [
                .taskFailed(TaskID(1), Vocabulary.kernels, cause: "too bad"),
                .sweepEnded(Vocabulary.kernels, failedTasks: 1),
            ])
    }

    @Test func `a task that costs its fourth worker is given up`() {
        var script = CoordinatorScript.leased()
        for incarnation in 2...4 {
            script.join(alice, peer: UInt64(incarnation), incarnation: UInt64(incarnation))
            #expect(script.sync().reports == [.assigned(Vocabulary.attempt(UInt64(incarnation)), alice)])
        }
        script.join(alice, peer: 5, incarnation: 5)
        #expect(script.sync().reports.last == .sweepEnded(Vocabulary.kernels, failedTasks: 1))
    }

    @Test func `handing back costs nothing`() throws {
        var script = CoordinatorScript.leased()
        for number in 1...9 as ClosedRange<UInt64> {
            try script.hear(.handedBack(Vocabulary.attempt(number)))
            #expect(script.sync().reports == [])
            try script.hear(.heartbeat(credit: 1, held: []))
            #expect(script.sync().reports == [.assigned(Vocabulary.attempt(number + 1), alice)])
        }
    }

    @Test func `a cancelled sweep ends, and its workers stop`() {
        var script = CoordinatorScript.leased()
        let effects = script.handle(.cancelled(Vocabulary.kernels))
        #expect(effects.sent == [.send(.cancel(Vocabulary.attempt()), to: 1)])
        #expect(effects.commits == [[.attemptEnded(TaskID(1), .first, .cancelled)]])
        #expect(effects.reports == [.sweepEnded(Vocabulary.kernels, failedTasks: 0)])
        #expect(script.isIdle)
    }

    @Test func `sweeps take turns, and a task that comes back goes first`() throws {
        var script = CoordinatorScript()
        script.submit((1...3).map { Vocabulary.task($0, trials: $0...$0) })
        script.submit(
            (4...5).map { Vocabulary.task($0, trials: $0...$0, of: Vocabulary.depths) }, of: Vocabulary.depths)
        script.join(alice, peer: 1)
        var order: [AttemptName] = []
        for step in 0..<6 {
            guard case .assigned(let name, _) = script.sync().reports.last else { break }
            order.append(name)
            if step == 0 {
                try script.hear(.handedBack(name))
                try script.hear(.heartbeat(credit: 1, held: []))
            } else {
                let trial = name.task.low
                try script.hear(.offer(Vocabulary.offer(of: trial, name)))
            }
        }
        #expect(order.map(\.task.low) == [1, 4, 1, 5, 2, 3])
    }

    @Test func `a result that two sweeps wait for ends both tasks`() throws {
        var script = CoordinatorScript.leased(trials: 1...1)
        script.submit([Vocabulary.task(2, trials: 1...1, of: Vocabulary.depths)], of: Vocabulary.depths)
        try script.hear(.offer(Vocabulary.offer(of: 1)))
        let ends = script.sync().reports.filter { if case .sweepEnded = $0 { true } else { false } }
        #expect(ends.count == 2)
    }

    @Test func `what is submitted twice is done once`() {
        var script = CoordinatorScript.leased()
        #expect(script.submit([Vocabulary.task(1, trials: 1...2)]) == [])
        #expect(script.submit([]) == [])
    }

    @Test func `a failed task that is submitted again goes on with the next attempt`() throws {
        var script = CoordinatorScript.leased()
        for number in 1...2 as ClosedRange<UInt64> {
            try script.hear(.failed(Vocabulary.attempt(number), .trial, cause: "too bad"))
            script.sync()
        }
        script.submit([Vocabulary.task(1, trials: 1...2)])
        #expect(script.sync().reports == [.assigned(Vocabulary.attempt(3), alice)])
        #expect(
            script.handle(.cancelled(Vocabulary.kernels)).reports == [.sweepEnded(Vocabulary.kernels, failedTasks: 0)])
    }

    @Test func `why a task waits is said`() throws {
        var script = CoordinatorScript()
        script.submit([Vocabulary.task(1, trials: 1...2), Vocabulary.task(2, trials: 3...3)])
        var said = [try #require(script.why(TaskID(1)))]
        script.join(alice, peer: 1)
        script.sync()
        script.wait(.seconds(15))
        for task in 1...2 as ClosedRange<UInt64> {
            said.append(try #require(script.why(TaskID(task))))
        }
        #expect(
            said.map(\.description) == [
                """
                task 00000001 is waiting for attempt 1
                  no worker has joined
                  2 of 2 trials are missing
                """,
                """
                task 00000001 is attempt 1 on host-000a11ce
                  last heard of 15.0 seconds ago
                  2 of 2 trials are missing
                """,
                """
                task 00000002 is waiting for attempt 1
                  1 of 1 workers are silent
                  1 of 1 trials are missing
                """,
            ])
        #expect(script.why(TaskID(99)) == nil)
    }
}
