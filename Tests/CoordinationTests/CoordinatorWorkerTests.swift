import Coordination
import Testing

@Suite("Workers, as the coordinator sees them")
struct CoordinatorWorkerTests {
    private let alice = Vocabulary.alice
    private let bob = Vocabulary.bob

    @Test func `a worker is written down and welcomed`() {
        var script = CoordinatorScript(epoch: 3)
        let effects = script.handle(.received(.hello(Vocabulary.hello()), from: 1))
        #expect(
            effects == [
                .commit(1, [.joined(alice, host: "host-000a11ce", programVersion: "1.0.0", threads: 4)]),
                .report(.workerJoined(alice, host: "host-000a11ce", threads: 4)),
                .send(
                    .welcome(
                        Welcome(version: 1, epoch: 3, session: 3 << 24 | 1, heartbeat: .seconds(5), cancelled: [])),
                    to: 1),
            ])
    }

    @Test func `a worker of another version is refused for good`() {
        var script = CoordinatorScript()
        let effects = script.handle(.received(.hello(Vocabulary.hello(versions: 2...3)), from: 1))
        guard case .send(.refused(let reason, isFinal: true), to: 1) = effects.first else {
            Issue.record("not refused: \(effects)")
            return
        }
        #expect(reason.contains("speaks protocol 2 to 3") && reason.contains("the coordinator is too old"))
        #expect(effects.contains(.close(1)))
        #expect(script.workerViews.isEmpty)
    }

    @Test(arguments: [WorkerMessage.goodbye, .heartbeat(credit: 1, held: []), .offer(Vocabulary.offer(of: 1))])
    func `who has not said hello is told to`(message: WorkerMessage) throws {
        var script = CoordinatorScript.leased()
        #expect(
            try script.hear(message, from: 9) == [
                .send(.refused(reason: "say hello first", isFinal: false), to: 9), .close(9),
            ])
    }

    @Test func `a peer whose bytes are no message is sent away, and may come back`() {
        var script = CoordinatorScript.leased()
        let effects = script.handle(.misbehaved(1, cause: "a body whose checksum is wrong"))
        #expect(effects.sent == [.send(.refused(reason: "a body whose checksum is wrong", isFinal: false), to: 1)])
        #expect(script.join(alice, peer: 2, held: [Vocabulary.attempt()]).commits == [])
    }

    @Test func `a peer that says hello as somebody else is no longer the first`() {
        var script = CoordinatorScript()
        script.join(alice, peer: 1)
        script.join(bob, peer: 1)
        let views = script.workerViews
        #expect(views.map(\.id) == [bob, alice])
        #expect(views.map(\.isConnected) == [true, false])
    }

    @Test func `a worker that leaves hands back what it has, at nobody's cost`() throws {
        var script = CoordinatorScript.leased()
        let left = try script.hear(.goodbye)
        #expect(left.commits == [[.attemptEnded(TaskID(1), .first, .handedBack)]])
        #expect(left.reports.last == .workerLeft(alice, host: "host-000a11ce"))
        script.join(bob, peer: 2)
        #expect(script.sync().reports == [.assigned(Vocabulary.attempt(2), bob)])
    }

    @Test func `a draining coordinator ends when the last worker has left`() throws {
        var script = CoordinatorScript.leased()
        #expect(script.handle(.drainRequested) == [.send(.drain, to: 1)])
        #expect(
            try script.hear(.handedBack(Vocabulary.attempt())).reports.last
                == .attemptHandedBack(Vocabulary.attempt(), alice))
        #expect(script.sync() == [])
        #expect(try script.hear(.goodbye).reports == [.workerLeft(alice, host: "host-000a11ce"), .drained])
    }

    @Test func `a draining coordinator without workers ends at once, and takes none`() {
        var script = CoordinatorScript()
        #expect(script.handle(.drainRequested) == [.report(.drained)])
        let effects = script.handle(.received(.hello(Vocabulary.hello()), from: 1))
        #expect(effects.first == .send(.refused(reason: "the coordinator is shutting down", isFinal: false), to: 1))
    }

    @Test func `a draining coordinator does not wait for ever for a worker that is silent`() {
        var script = CoordinatorScript.leased()
        script.handle(.drainRequested)
        #expect(script.wait(.seconds(61)).reports.last == .drained)
    }

    @Test func `a worker that wants less meanwhile is not told of what is on its way to the disk`() throws {
        var script = CoordinatorScript()
        script.submit([Vocabulary.task(1, trials: 1...1), Vocabulary.task(2, trials: 2...2)])
        script.join(alice, peer: 1, credit: 2)
        try script.hear(.heartbeat(credit: 1, held: []))
        #expect(script.sync().reports == [.assigned(Vocabulary.attempt(of: 2), alice)])
        #expect(script.why(TaskID(1))?.state == "waiting for attempt 2")
    }

    @Test func `of several tasks that a lost worker had, only the first counts as its fault`() {
        var script = CoordinatorScript { $0.retries[.lost] = 0 }
        script.submit((1...3).map { Vocabulary.task($0, trials: $0...$0) })
        script.join(alice, peer: 1, credit: 3)
        script.sync()
        let records = script.wait(.seconds(61)).commits.joined()
        #expect(records.contains(.attemptEnded(TaskID(1), .first, .lost)))
        for other in 2...3 as ClosedRange<UInt64> {
            #expect(records.contains(.attemptEnded(TaskID(other), .first, .unbegun)))
        }
        script.sync()
        #expect((1...3).map { script.why(TaskID($0))?.state.prefix(7) } == ["failed", "waiting", "waiting"])
    }

    @Test func `a worker has at most a megabyte of tasks, whatever it asks for`() {
        var script = CoordinatorScript()
        let body = [UInt8](repeating: 0, count: SweepTask.bodyBytesLimit)
        script.submit(
            (1...40).map {
                SweepTask(id: TaskID($0), sweep: Vocabulary.kernels, body: body, trials: [TrialID($0)])
            })
        script.join(alice, peer: 1, credit: 100)
        #expect(script.heldTasks(of: alice) == (1 << 20) / body.count + 1)
    }

    @Test func `a draining coordinator ends when the last worker cannot be reached`() {
        var script = CoordinatorScript.leased()
        script.handle(.drainRequested)
        #expect(script.handle(.unreachable(1)).reports == [.drained])
    }
}
