import Coordination
import Testing

@Suite("Worker that is told to finish and leave")
struct WorkerDepartureTests {
    private static let first = Vocabulary.attempt()
    private static let welcome = Welcome(version: 1, epoch: 5, session: 1, heartbeat: .seconds(5), cancelled: [])

    private func moment(_ seconds: Int) -> Moment { .start.advanced(by: .seconds(seconds)) }

    /// A worker that computes one task of one trial.
    private func working() -> Worker {
        var worker = Worker(Vocabulary.hello(), credit: 1, policy: Policy())
        _ = worker.handle(.connected, at: .start)
        _ = worker.handle(.received(.welcome(Self.welcome)), at: .start)
        _ = worker.handle(.received(.assign(Self.first, body: [], trials: [TrialID(1)])), at: .start)
        return worker
    }

    @Test func `it says that it takes nothing more, computes on, hands in its results, and leaves`() {
        var worker = working()
        #expect(
            worker.handle(.received(.finishAndLeave), at: moment(1)).prefix(2) == [
                .report(.finishing(tasks: 1)), .send(.heartbeat(credit: 0, held: [Self.first])),
            ])
        _ = worker.handle(.finished(Self.first, TrialID(1), Vocabulary.result()), at: moment(100))
        #expect(
            worker.handle(.spooled([Vocabulary.key(1)]), at: moment(100)).contains(
                .send(.offer(Vocabulary.offer(of: 1)))))
        let ended = worker.handle(.ended(Self.first), at: moment(100))
        #expect(!ended.contains(.exit(.drained)))
        let left = worker.handle(.received(.acknowledged(Self.first, TrialID(1), .stored)), at: moment(101))
        #expect(left == [.unspool(Vocabulary.key(1)), .send(.goodbye), .exit(.drained)])
    }

    @Test func `one that has nothing leaves at once`() {
        var worker = Worker(Vocabulary.hello(), credit: 1, policy: Policy())
        _ = worker.handle(.connected, at: .start)
        _ = worker.handle(.received(.welcome(Self.welcome)), at: .start)
        let effects = worker.handle(.received(.finishAndLeave), at: moment(1))
        #expect(effects.suffix(2) == [.send(.goodbye), .exit(.drained)])
    }

    @Test func `a task that comes all the same is handed back; the repetition of one that it has is not`() {
        var worker = working()
        _ = worker.handle(.received(.finishAndLeave), at: moment(1))
        let other = Vocabulary.attempt(of: 2)
        #expect(
            worker.handle(.received(.assign(other, body: [], trials: [TrialID(2)])), at: moment(1)) == [
                .send(.handedBack(other))
            ])
        #expect(worker.handle(.received(.assign(Self.first, body: [], trials: [TrialID(1)])), at: moment(1)) == [])
    }

    @Test func `it keeps to the order over a connection that breaks, and over being told again`() {
        var worker = working()
        _ = worker.handle(.received(.finishAndLeave), at: moment(1))
        _ = worker.handle(.disconnected, at: moment(2))
        _ = worker.handle(.connected, at: moment(3))
        let back = worker.handle(.received(.welcome(Self.welcome)), at: moment(3))
        #expect(back.contains(.send(.heartbeat(credit: 0, held: [Self.first]))))
        #expect(worker.handle(.received(.finishAndLeave), at: moment(3)) == [])
        #expect(worker.handle(.failed(Self.first, .host, cause: "no such file"), at: moment(4)).last == .exit(.drained))
    }

    @Test func `told to hand back, it does not finish any more`() {
        var worker = working()
        _ = worker.handle(.received(.finishAndLeave), at: moment(1))
        #expect(
            worker.handle(.received(.drain), at: moment(2)) == [
                .stop(Self.first), .send(.handedBack(Self.first)), .send(.goodbye), .exit(.drained),
            ])
    }
}
