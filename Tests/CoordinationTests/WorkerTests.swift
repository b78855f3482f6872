import Coordination
import Testing

@Suite("Worker")
struct WorkerTests {
    private static let first = Vocabulary.attempt()
    private static let trial = TrialID(1)
    private static let welcome = Welcome(version: 1, epoch: 5, session: 1, heartbeat: .seconds(5), cancelled: [])
    private static let start = Moment.start

    /// A worker that has been welcomed and computes one task with two trials.
    private func working() -> Worker {
        var worker = Worker(Vocabulary.hello(), credit: 1, policy: Policy())
        _ = worker.handle(.connected, at: Self.start)
        _ = worker.handle(.received(.welcome(Self.welcome)), at: Self.start)
        _ = worker.handle(.received(.assign(Self.first, body: [], trials: [Self.trial, TrialID(2)])), at: Self.start)
        return worker
    }

    /// Finishes the first trial, whose result the disk takes at once.
    private func finishFirst(_ worker: inout Worker) -> [Worker.Effect] {
        let entry = SpoolEntry(Vocabulary.key(1), Vocabulary.result())
        #expect(worker.handle(.finished(Self.first, Self.trial, entry.result), at: Self.start).first == .spool(entry))
        return worker.handle(.spooled([entry.key]), at: Self.start)
    }

    private func moment(_ seconds: Int) -> Moment { Self.start.advanced(by: .seconds(seconds)) }

    private func isOffer(_ effect: Worker.Effect) -> Bool {
        if case .send(.offer) = effect { true } else { false }
    }

    @Test func `hello comes first, and the heartbeat after the welcome`() {
        var worker = Worker(Vocabulary.hello(), credit: 2, policy: Policy())
        #expect(worker.handle(.connected, at: Self.start).first == .send(.hello(Vocabulary.hello())))
        #expect(
            worker.handle(.received(.welcome(Self.welcome)), at: Self.start) == [
                .report(.joined(epoch: 5)), .send(.heartbeat(credit: 2, held: [])),
            ])
    }

    @Test func `a result is kept until it is acknowledged, and offered again on a new connection`() {
        var worker = working()
        let offer = Worker.Effect.send(.offer(Vocabulary.offer(of: 1)))
        #expect(finishFirst(&worker) == [offer])
        #expect(worker.handle(.disconnected, at: moment(1)).first == .reconnect(failures: 1))
        let hello = Worker.Effect.send(.hello(Vocabulary.hello(epoch: 5, held: [Self.first])))
        #expect(worker.handle(.connected, at: moment(2)).first == hello)
        #expect(worker.handle(.received(.welcome(Self.welcome)), at: moment(2)).contains(offer))
        #expect(
            worker.handle(.received(.acknowledged(Self.first, Self.trial, .stored)), at: moment(2)) == [
                .unspool(Vocabulary.key(1))
            ])
        #expect(worker.unacknowledged.isEmpty)
        #expect(!worker.handle(.woke, at: moment(30)).contains(offer))
    }

    @Test func `what tasks needed is there when they are done, and the next hello says so`() {
        var worker = Worker(Vocabulary.hello(holds: [5, 6]), credit: 2, policy: Policy())
        #expect(worker.handle(.connected, at: Self.start).first == .send(.hello(Vocabulary.hello(holds: [5, 6]))))
        _ = worker.handle(.received(.welcome(Self.welcome)), at: Self.start)
        for (number, needs) in [(1, [100, 6]), (2, [200, 6])] as [(UInt64, [UInt64])] {
            let assign = CoordinatorMessage.assign(Vocabulary.attempt(number), body: [], trials: [], needs: needs)
            _ = worker.handle(.received(assign), at: Self.start)
        }
        _ = worker.handle(.ended(Vocabulary.attempt(1)), at: Self.start)
        _ = worker.handle(.failed(Vocabulary.attempt(2), .host, cause: "no such file"), at: Self.start)
        _ = worker.handle(.disconnected, at: moment(1))
        let hello = Vocabulary.hello(epoch: 5, holds: [100, 6, 5])
        #expect(worker.handle(.connected, at: moment(2)).first == .send(.hello(hello)))
    }

    @Test func `an offer that nobody answers is repeated after 20 seconds`() {
        var worker = working()
        _ = finishFirst(&worker)
        for second in [5, 10, 19] {
            #expect(!worker.handle(.received(.renewed(cancelled: [])), at: moment(second)).contains(where: isOffer))
        }
        #expect(worker.handle(.received(.renewed(cancelled: [])), at: moment(20)).contains(where: isOffer))
    }

    @Test func `an older coordinator is left`() {
        var worker = working()
        _ = worker.handle(.disconnected, at: Self.start)
        _ = worker.handle(.connected, at: Self.start)
        let older = Welcome(version: 1, epoch: 4, session: 1, heartbeat: .seconds(5), cancelled: [])
        #expect(
            worker.handle(.received(.welcome(older)), at: Self.start) == [
                .report(.staleCoordinator(epoch: 4, seen: 5)), .reconnect(failures: 2),
            ])
    }

    @Test(arguments: [
        CoordinatorMessage.acknowledged(first, trial, .stored), .cancel(first),
        .assign(Vocabulary.attempt(2), body: [], trials: []),
    ])
    func `what is said before the welcome changes nothing`(message: CoordinatorMessage) {
        var worker = working()
        _ = finishFirst(&worker)
        _ = worker.handle(.disconnected, at: moment(1))
        _ = worker.handle(.connected, at: moment(1))
        #expect(worker.handle(.received(message), at: moment(1)) == [])
        #expect(worker.unacknowledged.count == 1)
    }

    @Test func `a silent coordinator is left after 15 seconds`() {
        var worker = working()
        #expect(!worker.handle(.woke, at: moment(14)).contains(.report(.coordinatorSilent)))
        let effects = worker.handle(.woke, at: moment(15))
        #expect(effects.starts(with: [.report(.coordinatorSilent), .reconnect(failures: 1)]))
    }

    @Test func `a worker with nothing to hand in leaves at once`() {
        var worker = working()
        #expect(
            worker.handle(.drainRequested, at: Self.start) == [
                .stop(Self.first), .send(.handedBack(Self.first)), .send(.goodbye), .exit(.drained),
            ])
    }

    @Test(arguments: [true, false])
    func `a worker with unacknowledged results waits up to 10 seconds, connected or not`(isConnected: Bool) {
        var worker = working()
        _ = finishFirst(&worker)
        if !isConnected { _ = worker.handle(.disconnected, at: Self.start) }
        #expect(!worker.handle(.drainRequested, at: Self.start).contains(.exit(.drained)))
        #expect(!worker.handle(.woke, at: moment(9)).contains(.exit(.drained)))
        let effects = worker.handle(.woke, at: moment(10))
        #expect(effects.suffix(2) == [.report(.leftBehind(results: 1)), .exit(.drained)])
    }

    @Test func `a draining worker leaves with its last acknowledgement`() {
        var worker = working()
        _ = finishFirst(&worker)
        _ = worker.handle(.received(.drain), at: Self.start)
        let effects = worker.handle(.received(.acknowledged(Self.first, Self.trial, .stored)), at: moment(1))
        #expect(effects == [.unspool(Vocabulary.key(1)), .send(.goodbye), .exit(.drained)])
    }

    @Test func `a cancelled attempt stops, and its finished results are still offered`() {
        var worker = working()
        _ = finishFirst(&worker)
        #expect(worker.handle(.received(.renewed(cancelled: [Self.first])), at: Self.start) == [.stop(Self.first)])
        #expect(worker.handle(.finished(Self.first, TrialID(2), Vocabulary.result()), at: Self.start) == [])
        #expect(worker.unacknowledged.map(\.trial) == [Self.trial])
    }

    @Test func `a computation that ends without all results has failed`() {
        var worker = working()
        #expect(
            worker.handle(.ended(Self.first), at: Self.start) == [
                .send(.failed(Self.first, .trial, cause: "the computation ended without 2 of its results"))
            ])
    }

    @Test func `a failure between hello and welcome is told`() {
        var worker = working()
        _ = worker.handle(.disconnected, at: Self.start)
        _ = worker.handle(.connected, at: Self.start)
        let effects = worker.handle(.failed(Self.first, .memory, cause: "too little"), at: Self.start)
        #expect(effects == [.send(.failed(Self.first, .memory, cause: "too little"))])
    }

    @Test(arguments: [true, false])
    func `a refusal ends the worker only if it is final`(isFinal: Bool) {
        var worker = working()
        let effects = worker.handle(.received(.refused(reason: "no", isFinal: isFinal)), at: Self.start)
        #expect(
            effects == [
                .report(.refused(reason: "no")), isFinal ? .exit(.refused(reason: "no")) : .reconnect(failures: 1),
            ])
    }
}
