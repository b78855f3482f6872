import Coordination
import Testing

@Suite("Workers that are told to leave")
struct CoordinatorDepartureTests {
    private let alice = Vocabulary.alice
    private let bob = Vocabulary.bob

    private func leased(waiting: ClosedRange<UInt64> = 2...3) -> CoordinatorScript {
        var script = CoordinatorScript.leased(trials: 1...1)
        script.submit(waiting.map { Vocabulary.task($0, trials: $0...$0) })
        return script
    }

    @Test func `a worker finishes what it has, gets nothing more, and what waits goes to others`() throws {
        var script = leased()
        #expect(script.handle(.departureOrdered(alice, .finish)) == [.send(.finishAndLeave, to: 1)])
        #expect(script.workerViews.map(\.order) == [.finish])
        try script.hear(.heartbeat(credit: 0, held: [Vocabulary.attempt()]))
        try script.hear(.offer(Vocabulary.offer(of: 1)))
        let finished = script.sync()
        #expect(finished.sent == [.send(.acknowledged(Vocabulary.attempt(), TrialID(1), .stored), to: 1)])
        #expect(
            try script.hear(.goodbye).reports == [.workerLeft(alice, host: "host-000a11ce")])
        script.join(bob, peer: 2, credit: 2)
        #expect(script.sync().reports.count == 2)
    }

    @Test func `with an order to hand back, its task goes to another at nobody's cost`() throws {
        var script = leased(waiting: 2...2)
        script.join(bob, peer: 2, credit: 2)
        script.sync()
        #expect(script.handle(.departureOrdered(alice, .handBack)) == [.send(.drain, to: 1)])
        let given = try script.hear(.handedBack(Vocabulary.attempt()))
        #expect(given.commits.joined().contains(.attemptEnded(TaskID(1), .first, .handedBack)))
        #expect(script.sync().reports == [.assigned(Vocabulary.attempt(2), bob)])
    }

    @Test func `what is on its way to the disk for it goes to others`() throws {
        var script = CoordinatorScript()
        script.submit([Vocabulary.task(1, trials: 1...1)])
        script.join(alice, peer: 1)
        script.handle(.departureOrdered(alice, .finish))
        #expect(script.sync().sent.isEmpty)
        script.join(bob, peer: 2)
        #expect(script.sync().reports == [.assigned(Vocabulary.attempt(2), bob)])
    }

    @Test func `an order is repeated to whoever still wants work, and on its next connection`() throws {
        var script = leased()
        script.handle(.departureOrdered(alice, .finish))
        let held = [Vocabulary.attempt()]
        #expect(try script.hear(.heartbeat(credit: 1, held: held)).sent == [.send(.finishAndLeave, to: 1)])
        #expect(try script.hear(.heartbeat(credit: 0, held: held)).sent.isEmpty)
        script.handle(.unreachable(1))
        let back = script.handle(.received(.hello(Vocabulary.hello(held: held)), from: 5))
        #expect(back.sent.last == .send(.finishAndLeave, to: 5))
        #expect(script.heldTasks(of: alice) == 1)
    }

    @Test func `one that was thought to be lost is told when it comes back`() {
        var script = leased()
        script.handle(.departureOrdered(alice, .handBack))
        script.handle(.unreachable(1))
        script.wait(.seconds(61))
        #expect(script.workerViews.isEmpty)
        let back = script.handle(.received(.hello(Vocabulary.hello(held: [Vocabulary.attempt()])), from: 5))
        #expect(back.sent.last == .send(.drain, to: 5))
    }

    @Test func `a process that is started anew knows nothing of the order`() throws {
        var script = leased()
        script.handle(.departureOrdered(alice, .finish))
        let again = script.join(alice, peer: 5, incarnation: 2)
        #expect(!again.contains(.send(.finishAndLeave, to: 5)))
        #expect(script.workerViews.map(\.order) == [nil])
        #expect(script.sync().reports.contains { if case .assigned = $0 { true } else { false } })
    }

    @Test func `one that was told to hand back is not told to finish`() {
        var script = leased()
        script.handle(.departureOrdered(alice, .handBack))
        #expect(script.handle(.departureOrdered(alice, .finish)) == [.send(.drain, to: 1)])
        #expect(script.handle(.departureOrdered(bob, .finish)) == [])
    }

    @Test func `nobody waits for the second opinion of a worker that leaves`() throws {
        var script = CoordinatorScript { $0.retries[.host] = 5 }
        script.submit([Vocabulary.task(1, trials: 1...1)])
        script.join(alice, peer: 1)
        script.join(bob, peer: 2)
        script.handle(.departureOrdered(bob, .finish))
        script.sync()
        script.join(alice, peer: 1)
        script.sync()
        let holder = script.heldTasks(of: alice)
        #expect(holder == 1)
        let name = try #require(
            script.why(TaskID(1))?.state.contains("attempt 2") == true ? Vocabulary.attempt(2) : Vocabulary.attempt())
        try script.hear(.failed(name, .host, cause: "no such file"))
        #expect(script.sync().reports.contains { if case .assigned(_, alice) = $0 { true } else { false } })
    }

    @Test func `who has gone is remembered for an hour, with how it went`() throws {
        var script = CoordinatorScript()
        script.join(alice, peer: 1)
        script.join(bob, peer: 2)
        try script.hear(.goodbye)
        script.wait(.seconds(61))
        #expect(script.workerViews.isEmpty)
        #expect(script.census.departed.map(\.id) == [alice, bob])
        #expect(script.census.departed.map(\.isLost) == [false, true])
        script.join(alice, peer: 3, incarnation: 2)
        #expect(script.census.departed.map(\.id) == [bob])
        script.wait(.seconds(3_560))
        #expect(script.census.departed.map(\.id) == [alice])
    }
}
