import Coordination
import Testing

@Suite("Worker's spool")
struct WorkerSpoolTests {
    private static let first = Vocabulary.attempt()
    private static let ours = ClusterID(1)
    private static let theirs = ClusterID(2)
    private static let start = Moment.start

    private static func welcome(to cluster: ClusterID = ours, epoch: UInt64 = 5) -> Worker.Event {
        .received(
            .welcome(
                Welcome(
                    version: 1, cluster: cluster, epoch: epoch, session: 1, heartbeat: .seconds(5), cancelled: [])))
    }

    private static func entry(_ trial: UInt64, of cluster: ClusterID = ours) -> SpoolEntry {
        SpoolEntry(Vocabulary.key(trial, of: cluster), Vocabulary.result())
    }

    /// A worker that has been welcomed and computes one task with two trials.
    private func working(_ policy: Policy = Policy()) -> Worker {
        var worker = Worker(Vocabulary.hello(), credit: 1, policy: policy)
        _ = worker.handle(.connected, at: Self.start)
        _ = worker.handle(Self.welcome(), at: Self.start)
        let trials = [TrialID(1), TrialID(2)]
        _ = worker.handle(.received(.assign(Self.first, body: [], trials: trials)), at: Self.start)
        return worker
    }

    private func finish(_ trial: UInt64) -> Worker.Event {
        .finished(Self.first, TrialID(trial), Vocabulary.result())
    }

    private func acknowledge(_ trial: UInt64) -> Worker.Event {
        .received(.acknowledged(Self.first, TrialID(trial), .stored))
    }

    private func moment(_ seconds: Int) -> Moment { Self.start.advanced(by: .seconds(seconds)) }

    private func heartbeat(_ credit: Int, held: [AttemptName] = [first]) -> Worker.Effect {
        .send(.heartbeat(credit: credit, held: held))
    }

    private func offer(_ trial: UInt64) -> Worker.Effect { .send(.offer(Vocabulary.offer(of: trial))) }

    @Test func `a result is on disk before it is offered, and leaves it only when it is acknowledged`() {
        var worker = working()
        #expect(worker.handle(finish(1), at: Self.start) == [.spool(Self.entry(1))])
        #expect(worker.handle(.received(.renewed(cancelled: [])), at: Self.start) == [])
        #expect(worker.handle(.spooled([Self.entry(1).key]), at: Self.start) == [offer(1)])
        #expect(worker.handle(acknowledge(1), at: Self.start) == [.unspool(Self.entry(1).key)])
        #expect(worker.handle(acknowledge(1), at: Self.start) == [])
    }

    @Test func `what is computed once more is kept once`() {
        var worker = Worker(Vocabulary.hello(), credit: 1, spooled: [Self.entry(1)], policy: Policy())
        _ = worker.handle(.connected, at: Self.start)
        _ = worker.handle(Self.welcome(), at: Self.start)
        _ = worker.handle(.received(.assign(Self.first, body: [], trials: [TrialID(1)])), at: Self.start)
        #expect(worker.handle(finish(1), at: Self.start) == [])
        #expect(worker.unacknowledged == [Self.entry(1).key])
    }

    @Test func `what an earlier process has left is offered before any work is taken`() {
        var worker = Worker(
            Vocabulary.hello(), credit: 1, spooled: [Self.entry(1), Self.entry(2)], policy: Policy())
        // Not held: nobody computes what is missing of the attempt.
        #expect(worker.handle(.connected, at: Self.start).first == .send(.hello(Vocabulary.hello())))
        #expect(
            worker.handle(Self.welcome(), at: Self.start) == [
                .report(.joined(epoch: 5)), offer(1), offer(2), heartbeat(0, held: []),
            ])
        #expect(worker.handle(acknowledge(2), at: Self.start) == [.unspool(Self.entry(2).key)])
        #expect(
            worker.handle(acknowledge(1), at: Self.start) == [.unspool(Self.entry(1).key), heartbeat(1, held: [])])
    }

    @Test func `a stranger is offered nothing, and what is kept for others waits for them`() {
        var worker = Worker(
            Vocabulary.hello(), credit: 1, spooled: [Self.entry(1), Self.entry(2, of: Self.theirs)], policy: Policy())
        _ = worker.handle(.connected, at: Self.start)
        #expect(
            worker.handle(Self.welcome(to: Self.theirs, epoch: 9), at: Self.start) == [
                .report(.shelved(results: 1)), .report(.joined(epoch: 9)), offer(2), heartbeat(0, held: []),
            ])
        // The same attempt and trial by name; theirs all the same.
        #expect(worker.handle(acknowledge(1), at: Self.start) == [])
        _ = worker.handle(.disconnected, at: moment(1))
        _ = worker.handle(.connected, at: moment(2))
        // Epochs of two clusters do not compare.
        let effects = worker.handle(Self.welcome(epoch: 1), at: moment(2))
        #expect(effects.contains(offer(1)))
        #expect(!effects.contains(offer(2)))
        #expect(worker.unacknowledged.count == 2)
    }

    @Test func `a result of an attempt that its coordinator does not know stays, and work goes on`() {
        var worker = Worker(Vocabulary.hello(), credit: 1, spooled: [Self.entry(1)], policy: Policy())
        _ = worker.handle(.connected, at: Self.start)
        _ = worker.handle(Self.welcome(), at: Self.start)
        let unknown = Worker.Event.received(.acknowledged(Self.first, TrialID(1), .unknown))
        #expect(worker.handle(unknown, at: Self.start) == [.report(.notRecognised), heartbeat(1, held: [])])
        #expect(worker.unacknowledged == [Self.entry(1).key])
        // Neither later nor on another connection.
        #expect(!worker.handle(.woke, at: moment(60)).contains(offer(1)))
        _ = worker.handle(.disconnected, at: moment(61))
        _ = worker.handle(.connected, at: moment(62))
        #expect(!worker.handle(Self.welcome(), at: moment(62)).contains(offer(1)))
        // A coordinator that was started anew may know more.
        _ = worker.handle(.disconnected, at: moment(63))
        _ = worker.handle(.connected, at: moment(64))
        #expect(worker.handle(Self.welcome(epoch: 6), at: moment(64)).contains(offer(1)))
        #expect(worker.handle(acknowledge(1), at: moment(64)).contains(.unspool(Self.entry(1).key)))
    }

    @Test func `another cluster's coordinator is not told of what is computed, and it stops`() {
        var worker = working()
        _ = worker.handle(finish(1), at: Self.start)
        _ = worker.handle(.disconnected, at: Self.start)
        _ = worker.handle(.connected, at: Self.start)
        let effects = worker.handle(Self.welcome(to: Self.theirs), at: Self.start)
        #expect(effects.contains(.stop(Self.first)))
        #expect(effects.last == heartbeat(1, held: []))
        #expect(worker.handle(.spooled([Self.entry(1).key]), at: Self.start) == [])
    }

    @Test func `a full disk keeps results in memory, offers them, tries again and takes no more work`() {
        var worker = working()
        let entry = Self.entry(1)
        _ = worker.handle(finish(1), at: Self.start)
        #expect(
            worker.handle(.spoolRefused([entry.key], cause: "full"), at: Self.start) == [
                .report(.spoolRefused(cause: "full")), offer(1), heartbeat(0),
            ])
        #expect(!worker.handle(.woke, at: moment(4)).contains(.spool(entry)))
        #expect(worker.handle(.woke, at: moment(5)).contains(.spool(entry)))
        // Still full; it was said.
        #expect(worker.handle(.spoolRefused([entry.key], cause: "full"), at: moment(5)) == [])
        _ = worker.handle(.woke, at: moment(10))
        #expect(
            worker.handle(.spooled([entry.key]), at: moment(10)) == [.report(.spoolAccepts), heartbeat(1)])
    }

    @Test func `a full disk stops no worker whose results are acknowledged from memory`() {
        var worker = working()
        _ = worker.handle(finish(1), at: Self.start)
        _ = worker.handle(.spoolRefused([Self.entry(1).key], cause: "full"), at: Self.start)
        #expect(worker.handle(acknowledge(1), at: Self.start) == [.unspool(Self.entry(1).key)])
        #expect(worker.handle(.woke, at: moment(6)).contains(heartbeat(1)))
    }

    @Test func `a spool at its limit takes no more work until something is acknowledged`() {
        var policy = Policy()
        policy.spoolLimit = Self.entry(1).size
        var worker = working(policy)
        #expect(
            worker.handle(finish(1), at: Self.start) == [
                .spool(Self.entry(1)), .report(.spoolFull(bytes: Self.entry(1).size)), heartbeat(0),
            ])
        _ = worker.handle(.spooled([Self.entry(1).key]), at: Self.start)
        #expect(
            worker.handle(acknowledge(1), at: Self.start) == [
                .unspool(Self.entry(1).key), .report(.spoolHasRoom), heartbeat(1),
            ])
    }
}
