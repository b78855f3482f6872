import Coordination
import Testing

@Suite("Stragglers")
struct CoordinatorStragglerTests {
    private let alice = Vocabulary.alice
    private let bob = Vocabulary.bob

    /// Four tasks: Bob has done three of them, in a second each, and Alice still computes the first.
    private func nearlyDone() throws -> CoordinatorScript {
        var script = CoordinatorScript()
        script.submit((1...4).map { Vocabulary.task($0, trials: $0...$0) })
        script.join(alice, peer: 1)
        script.sync()
        script.join(bob, peer: 2)
        script.sync()
        for task in 2...4 as ClosedRange<UInt64> {
            script.wait(.seconds(1))
            try script.hear(.offer(Vocabulary.offer(of: task, Vocabulary.attempt(of: task))), from: 2)
            script.sync()
            script.sync()
        }
        return script
    }

    private func keepAlive(_ script: inout CoordinatorScript, for rounds: Int) throws -> [Coordinator.Effect] {
        var effects: [Coordinator.Effect] = []
        for _ in 0..<rounds {
            effects += script.wait(.seconds(5))
            effects += try script.hear(.heartbeat(credit: 1, held: [Vocabulary.attempt()]), from: 1)
            effects += try script.hear(.heartbeat(credit: 1, held: []), from: 2)
        }
        return effects
    }

    @Test func `what takes long near the end is given to a second worker, and the first result wins`() throws {
        var script = try nearlyDone()
        let effects = try keepAlive(&script, for: 7)
        #expect(effects.reports == [.copied(Vocabulary.attempt(2), bob)])
        #expect(script.sync().reports == [.assigned(Vocabulary.attempt(2), bob)])
        try script.hear(.offer(Vocabulary.offer(of: 1, Vocabulary.attempt(2))), from: 2)
        let end = script.sync()
        #expect(end.sent.contains(.send(.cancel(Vocabulary.attempt(1)), to: 1)))
        #expect(end.reports.contains(.sweepEnded(Vocabulary.kernels, failedTasks: 0)))
    }

    @Test func `a copy goes on when the first execution fails, and there is never a third one`() throws {
        var script = try nearlyDone()
        _ = try keepAlive(&script, for: 7)
        script.sync()
        script.join(WorkerID(0xCA401), peer: 3)
        #expect(script.wait(.seconds(10)).reports == [])
        try script.hear(.failed(Vocabulary.attempt(1), .trial, cause: "bad luck"), from: 1)
        #expect(script.sync().sent == [])
        try script.hear(.offer(Vocabulary.offer(of: 1, Vocabulary.attempt(2))), from: 2)
        #expect(script.sync().reports.contains(.taskDone(TaskID(1), Vocabulary.kernels)))
    }

    @Test func `a task whose copies have failed too often gets no other one`() throws {
        var script = try nearlyDone()
        for attempt in 2...3 as ClosedRange<UInt64> {
            #expect(try keepAlive(&script, for: 14).reports.contains(.copied(Vocabulary.attempt(attempt), bob)))
            script.sync()
            try script.hear(.failed(Vocabulary.attempt(attempt), .trial, cause: "no luck"), from: 2)
            script.sync()
        }
        #expect(try keepAlive(&script, for: 14).reports == [])
        try script.hear(.offer(Vocabulary.offer(of: 1)), from: 1)
        #expect(script.sync().reports.contains(.taskDone(TaskID(1), Vocabulary.kernels)))
    }
}
