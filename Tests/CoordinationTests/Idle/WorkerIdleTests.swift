import Coordination
import Testing

/// A worker on somebody's machine: what it says and does when they come, stay and go.
@Suite("Worker on a spare machine")
struct WorkerIdleTests {
    private static let first = Vocabulary.attempt(of: 1)
    private static let second = Vocabulary.attempt(of: 2)
    private static let welcome = Welcome(version: 1, epoch: 5, session: 1, heartbeat: .seconds(5), cancelled: [])
    private static let isThere = "somebody is at the machine"

    private func moment(_ seconds: Double) -> Moment { Moment.start.advanced(by: .seconds(seconds)) }

    private func heartbeat(
        _ credit: Int, held: [AttemptName], _ standstill: String? = nil
    ) -> Worker.Effect {
        .send(.heartbeat(credit: credit, held: held, standstill: standstill))
    }

    private func decided(_ decision: IdlePolicy.Decision) -> Worker.Effect { .report(.ownerDecided(decision)) }

    private func assign(_ name: AttemptName) -> Worker.Event {
        .received(.assign(name, body: [7], trials: [TrialID(1)]))
    }

    /// What a worker does, but for its wakes.
    private func effects(of worker: inout Worker, _ event: Worker.Event, at now: Moment) -> [Worker.Effect] {
        worker.handle(event, at: now).filter { if case .wake = $0 { false } else { true } }
    }

    /// A worker with a session on a machine that nobody has looked at yet.
    private func joined(credit: Int = 2) -> Worker {
        var worker = Worker(Vocabulary.hello(), credit: credit, rules: OwnerRules(.desktop), policy: Policy())
        _ = worker.handle(.connected, at: .start)
        _ = worker.handle(.received(.welcome(Self.welcome)), at: .start)
        return worker
    }

    /// A worker that computes the first of two tasks on a machine that nobody needs.
    private func working() -> Worker {
        var worker = joined()
        _ = worker.handle(.observed(.quiet), at: .start)
        for name in [Self.first, Self.second] { _ = worker.handle(assign(name), at: .start) }
        return worker
    }

    /// The same, suspended at the first second.
    private func suspended() -> Worker {
        var worker = working()
        _ = worker.handle(.observed(.used), at: moment(1))
        return worker
    }

    @Test func `a worker takes nothing before nobody needs the machine`() {
        var worker = joined()
        #expect(worker.handle(.observed(.used), at: .start) == [.report(.standsStill(cause: Self.isThere))])
        #expect(worker.handle(.observed(.used), at: .start) == [])
        #expect(worker.handle(assign(Self.first), at: .start) == [.send(.handedBack(Self.first))])
        #expect(
            worker.handle(.observed(.quiet), at: .start) == [.resume, decided(.start), heartbeat(2, held: [])])
        #expect(
            worker.handle(assign(Self.first), at: .start).contains(.start(Self.first, body: [7], trials: [TrialID(1)])))
    }

    @Test func `when somebody comes the computation stops, and what has not begun is handed back`() {
        var worker = working()
        #expect(
            effects(of: &worker, .observed(.used), at: moment(1)) == [
                .suspend, .stop(Self.second), .send(.handedBack(Self.second)), decided(.suspend(cause: Self.isThere)),
                heartbeat(0, held: [Self.first], Self.isThere),
            ])
    }

    @Test func `heartbeats go on, and say why nothing happens`() {
        var worker = suspended()
        let effects = worker.handle(.woke, at: moment(6))
        #expect(effects.contains(heartbeat(0, held: [Self.first], Self.isThere)))
        #expect(!effects.contains(.send(.handedBack(Self.first))))
    }

    @Test func `what comes meanwhile is handed back, and what is repeated is not`() {
        var worker = suspended()
        #expect(effects(of: &worker, assign(Self.second), at: moment(2)) == [.send(.handedBack(Self.second))])
        #expect(effects(of: &worker, assign(Self.first), at: moment(2)) == [])
    }

    @Test func `when they have gone the computation goes on where it was`() {
        var worker = suspended()
        #expect(
            effects(of: &worker, .observed(.quiet), at: moment(12)) == [
                .resume, decided(.continue), heartbeat(2, held: [Self.first]),
            ])
        #expect(
            worker.handle(.finished(Self.first, TrialID(1), Vocabulary.result()), at: moment(13)).contains {
                if case .spool = $0 { true } else { false }
            })
    }

    @Test func `a pause says nothing of how long tasks take`() {
        var worker = joined(credit: 1)
        _ = worker.handle(.observed(.quiet), at: .start)
        for number in 1...6 as ClosedRange<UInt64> {
            _ = worker.handle(.received(.assign(Vocabulary.attempt(of: number), body: [], trials: [])), at: .start)
            _ = worker.handle(.ended(Vocabulary.attempt(of: number)), at: moment(0.001))
        }
        _ = worker.handle(assign(Vocabulary.attempt(of: 7)), at: moment(0.5))
        _ = worker.handle(.observed(.used), at: moment(0.6))
        let after = worker.handle(.observed(.quiet), at: moment(1_000)) + worker.handle(.woke, at: moment(1_000.1))
        let credits = after.compactMap { if case .send(.heartbeat(let credit, _, _)) = $0 { credit } else { nil } }
        #expect(!credits.isEmpty && credits.allSatisfy { $0 > 1 }, "\(credits)")
    }

    @Test func `who stays gets the task handed back, and then the memory`() {
        var worker = suspended()
        let preempted = IdlePolicy.Decision.preempt(cause: "it was suspended for 10 min")
        #expect(
            effects(of: &worker, .observed(.used), at: moment(602)) == [
                .stop(Self.first), .send(.handedBack(Self.first)), decided(preempted),
                heartbeat(0, held: [], Self.isThere),
            ])
        let effects = worker.handle(.observed(.used), at: moment(1_203))
        #expect(effects.contains(.dismiss))
        #expect(effects.contains(decided(.kill(cause: "it has waited for 10 min more"))))
    }

    @Test func `without a session the task is named until it can be handed back, so that nobody counts it as lost`() {
        var worker = suspended()
        _ = worker.handle(.disconnected, at: moment(2))
        let effects = worker.handle(.observed(.used), at: moment(602))
        #expect(effects.contains(.stop(Self.first)))
        #expect(!effects.contains(.send(.handedBack(Self.first))))
        _ = worker.handle(.observed(.used), at: moment(1_203))
        let hello = Vocabulary.hello(epoch: 5, held: [Self.first])
        #expect(worker.handle(.connected, at: moment(1_300)).first == .send(.hello(hello)))
        let welcomed = worker.handle(.received(.welcome(Self.welcome)), at: moment(1_300))
        #expect(welcomed.contains(.send(.handedBack(Self.first))))
        #expect(welcomed.contains(heartbeat(0, held: [], Self.isThere)))
    }

    @Test func `results that were finished are offered also while the machine is used`() {
        var worker = working()
        let entry = SpoolEntry(Vocabulary.key(1, Self.first), Vocabulary.result())
        _ = worker.handle(.finished(Self.first, TrialID(1), entry.result), at: .start)
        _ = worker.handle(.observed(.used), at: moment(1))
        let offer = Worker.Effect.send(.offer(Vocabulary.offer(of: 1, Self.first)))
        #expect(effects(of: &worker, .spooled([entry.key]), at: moment(1)) == [offer])
    }

    @Test func `who is told to leave leaves, whoever is at the machine`() {
        var worker = suspended()
        let effects = worker.handle(.drainRequested, at: moment(2))
        #expect(effects.contains(.send(.handedBack(Self.first))))
        #expect(effects.contains(.exit(.drained)))
    }
}
