import Coordination
import Testing

@Suite("Leases")
struct CoordinatorLeaseTests {
    private let alice = Vocabulary.alice
    private let bob = Vocabulary.bob
    private let first = Vocabulary.attempt(1)
    private let second = Vocabulary.attempt(2)

    @Test func `an attempt is on disk before its worker hears of it`() {
        var script = CoordinatorScript()
        script.submit([Vocabulary.task(1, trials: 1...2)])
        let joined = script.join(alice, peer: 1)
        #expect(joined.commits.last == [.attemptStarted(TaskID(1), .first, worker: alice)])
        #expect(!joined.sent.contains { if case .send(.assign, _) = $0 { true } else { false } })
        #expect(
            script.sync() == [
                .send(.assign(first, body: Array("task 1".utf8), trials: [TrialID(1), TrialID(2)]), to: 1),
                .report(.assigned(first, alice)),
            ])
    }

    @Test func `a worker never has more than it asked for`() {
        var script = CoordinatorScript()
        script.submit((1...5).map { Vocabulary.task($0, trials: $0 * 10...$0 * 10) })
        script.join(alice, peer: 1, credit: 2)
        #expect(script.sync().sent.count == 2)
        script.handle(.received(.heartbeat(credit: 2, held: []), from: 1))
        #expect(script.sync() == [])
    }

    @Test func `the least loaded worker gets the next task`() {
        var script = CoordinatorScript()
        script.join(alice, peer: 1, credit: 3)
        script.join(bob, peer: 2, credit: 3)
        script.sync()
        script.submit((1...4).map { Vocabulary.task($0, trials: $0...$0) })
        let workers = script.sync().reports.compactMap { if case .assigned(_, let worker) = $0 { worker } else { nil } }
        #expect(workers == [bob, alice, bob, alice])
    }

    @Test func `a worker is suspect after 15 seconds and lost after 60`() {
        var script = CoordinatorScript.leased()
        #expect(script.wait(.seconds(14)) == [])
        #expect(script.wait(.seconds(1)) == [.report(.workerSuspect(alice, host: "host-000a11ce"))])
        #expect(script.wait(.seconds(44)) == [])
        let lost = script.wait(.seconds(1))
        #expect(lost.commits == [[.attemptEnded(TaskID(1), .first, .lost)]])
        #expect(lost.sent == [.send(.cancel(first), to: 1)])
        #expect(
            lost.reports == [.attemptLost(first, alice), .workerLost(alice, host: "host-000a11ce")])
        #expect(lost.last == .report(.workerLost(alice, host: "host-000a11ce")))
    }

    @Test func `a suspect gets no new task until it is heard again`() throws {
        var script = CoordinatorScript.leased()
        try script.hear(.heartbeat(credit: 2, held: [first]))
        script.wait(.seconds(15))
        script.submit([Vocabulary.task(2, trials: 5...5)])
        #expect(script.sync() == [])
        try script.hear(.heartbeat(credit: 2, held: [first]))
        #expect(script.sync().reports == [.assigned(Vocabulary.attempt(of: 2), alice)])
    }

    @Test func `what names an attempt renews its lease`() throws {
        var script = CoordinatorScript.leased()
        for _ in 0..<10 {
            #expect(script.wait(.seconds(10)) == [])
            try script.hear(.heartbeat(credit: 1, held: [first]))
        }
    }

    @Test func `an attempt that heartbeats leave out is lost though its worker lives`() throws {
        var script = CoordinatorScript.leased()
        var effects: [Coordinator.Effect] = []
        for _ in 0..<6 {
            effects += script.wait(.seconds(10))
            try script.hear(.heartbeat(credit: 0, held: []))
        }
        #expect(effects.reports == [.attemptLost(first, alice)])
    }

    @Test func `the next attempt has only the trials that are missing`() throws {
        var script = CoordinatorScript.leased(trials: 1...3)
        try script.hear(.offer(Vocabulary.offer(of: 2)))
        script.sync()
        script.wait(.seconds(60))
        script.join(bob, peer: 2)
        let assign = CoordinatorMessage.assign(
            second, body: Array("task 1".utf8), trials: [TrialID(1), TrialID(3)])
        #expect(script.sync().sent == [.send(assign, to: 2)])
    }

    @Test(arguments: [
        WorkerMessage.failed(Vocabulary.attempt(1), .trial, cause: "late"), .handedBack(Vocabulary.attempt(1)),
        .progress(Vocabulary.attempt(1), fraction: 0.5, note: ""),
    ])
    func `what is still said of a lost attempt changes nothing`(message: WorkerMessage) throws {
        var script = CoordinatorScript.leased()
        script.wait(.seconds(60))
        script.join(alice, peer: 3)
        script.sync()
        #expect(try script.hear(message, from: 3) == [])
    }

    @Test func `what another worker says of an attempt changes nothing`() throws {
        var script = CoordinatorScript.leased()
        script.join(bob, peer: 2)
        script.sync()
        #expect(try script.hear(.failed(first, .trial, cause: "not mine"), from: 2) == [])
        #expect(
            try script.hear(.heartbeat(credit: 1, held: [first]), from: 2) == [
                .send(.renewed(cancelled: [first]), to: 2)
            ])
    }

    @Test func `a worker that was started anew frees its old attempts at once`() {
        var script = CoordinatorScript.leased()
        let joined = script.join(alice, peer: 2, incarnation: 2)
        #expect(joined.first == .close(1))
        #expect(joined.reports.contains(.attemptLost(first, alice)))
        #expect(script.sync().reports == [.assigned(second, alice)])
    }

    @Test func `a worker that connects anew keeps what it names`() {
        var script = CoordinatorScript.leased()
        let joined = script.join(alice, peer: 2, held: [first])
        #expect(joined.commits == [])
        #expect(
            joined == [
                .close(1),
                .send(
                    .welcome(
                        Welcome(
                            version: 1, epoch: 1, session: 1 << 24 | 2, heartbeat: .seconds(5), cancelled: [])),
                    to: 2),
            ])
        #expect(script.wait(.seconds(14)) == [])
    }

    @Test func `a worker that connects anew is told what it holds in vain`() throws {
        var script = CoordinatorScript.leased()
        script.handle(.cancelled(Vocabulary.kernels))
        let effects = try script.hear(.hello(Vocabulary.hello(held: [first])), from: 2)
        guard case .send(.welcome(let welcome), to: 2) = effects.last else {
            Issue.record("no welcome in \(effects)")
            return
        }
        #expect(welcome.cancelled == [first])
    }

}
