import Coordination
import Testing

@Suite("Worker that leaves when it is without work")
struct WorkerLeavingTests {
    private static let attempt = Vocabulary.attempt()
    private static let welcome = Welcome(version: 1, epoch: 5, session: 1, heartbeat: .seconds(5), cancelled: [])

    private static func moment(_ seconds: Int) -> Moment { .start.advanced(by: .seconds(seconds)) }

    /// A worker that came at the start and stays for a minute without work.
    private func waiting(for limit: Duration? = .seconds(60)) -> Worker {
        var policy = Policy()
        policy.leaveAfter = limit
        var worker = Worker(Vocabulary.hello(), credit: 1, policy: policy)
        _ = worker.handle(.connected, at: .start)
        _ = worker.handle(.received(.welcome(Self.welcome)), at: .start)
        return worker
    }

    private func take(_ worker: inout Worker, at second: Int) {
        _ = worker.handle(
            .received(.assign(Self.attempt, body: [], trials: [TrialID(1)])), at: Self.moment(second))
    }

    /// Whether the worker has gone by this second, with a coordinator that is heard of all the time.
    private func hasLeft(_ worker: inout Worker, at second: Int) -> Bool {
        _ = worker.handle(.received(.renewed(cancelled: [])), at: Self.moment(second))
        return worker.handle(.woke, at: Self.moment(second)).isEmpty
    }

    @Test func `it leaves with a goodbye when the time is up`() {
        var worker = waiting()
        #expect(!worker.handle(.received(.renewed(cancelled: [])), at: Self.moment(59)).contains(.exit(.drained)))
        #expect(
            worker.handle(.received(.renewed(cancelled: [])), at: Self.moment(60)) == [
                .report(.withoutWork(for: .seconds(60))), .send(.goodbye), .exit(.drained),
            ])
    }

    @Test func `without a limit it stays`() {
        var worker = waiting(for: nil)
        #expect(!hasLeft(&worker, at: 1_000_000))
    }

    @Test func `it stays while it computes, and for a whole minute afterwards`() {
        var worker = waiting()
        take(&worker, at: 50)
        #expect(!hasLeft(&worker, at: 500))
        _ = worker.handle(.failed(Self.attempt, .host, cause: "no such file"), at: Self.moment(600))
        #expect(!hasLeft(&worker, at: 659))
        #expect(hasLeft(&worker, at: 660))
    }

    @Test func `it stays while a result is not acknowledged`() {
        var worker = waiting()
        take(&worker, at: 0)
        _ = worker.handle(.finished(Self.attempt, TrialID(1), Vocabulary.result()), at: Self.moment(1))
        _ = worker.handle(.spooled([Vocabulary.key(1)]), at: Self.moment(1))
        _ = worker.handle(.ended(Self.attempt), at: Self.moment(1))
        #expect(!hasLeft(&worker, at: 500))
        _ = worker.handle(.received(.acknowledged(Self.attempt, TrialID(1), .stored)), at: Self.moment(501))
        #expect(!hasLeft(&worker, at: 560))
        #expect(hasLeft(&worker, at: 561))
    }

    @Test func `it leaves too where the coordinator does not come back`() {
        var worker = waiting()
        _ = worker.handle(.disconnected, at: Self.moment(1))
        #expect(worker.handle(.woke, at: Self.moment(60)).last == .exit(.drained))
    }
}
