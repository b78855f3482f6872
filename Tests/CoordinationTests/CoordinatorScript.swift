import Coordination
import Testing

/// A coordinator and its disk in a test's hand: events go in, effects come out, and every message crosses the wire format.
///
/// Wakes and the heartbeat's answers without content are left out of what is returned: nearly every step has some.
struct CoordinatorScript {
    typealias Effect = Coordinator.Effect

    /// Where the coordinator stands, which is never copied.
    private final class Place {
        var coordinator: Coordinator

        init(_ coordinator: consuming Coordinator) { self.coordinator = coordinator }
    }

    private let place: Place
    private(set) var now = Moment.start
    private var pending: [Coordinator.CommitNumber] = []
    /// Everything that was ever handed to the disk, in order.
    private(set) var records: [Record] = []

    init(epoch: UInt64 = 1, _ change: (inout Policy) -> Void = { _ in }) {
        var policy = Policy()
        change(&policy)
        place = Place(Coordinator(epoch: epoch, policy: policy))
    }

    /// A coordinator with one task of these trials that Alice has been given as attempt 1, over peer 1.
    static func leased(trials: ClosedRange<UInt64> = 1...2) -> CoordinatorScript {
        var script = CoordinatorScript()
        script.submit([Vocabulary.task(1, trials: trials)])
        script.join(Vocabulary.alice, peer: 1)
        script.sync()
        return script
    }

    // MARK: State

    var isIdle: Bool { place.coordinator.isIdle }

    var census: Census { place.coordinator.census(at: now) }

    var workerViews: [WorkerView] { place.coordinator.workerViews(at: now) }

    func heldTasks(of worker: WorkerID) -> Int { place.coordinator.heldTasks(of: worker) }

    func why(_ task: TaskID) -> Explanation? { place.coordinator.why(task, at: now) }

    // MARK: Events

    @discardableResult
    mutating func handle(_ event: Coordinator.Event, sourceLocation: SourceLocation = #_sourceLocation) -> [Effect] {
        let effects = place.coordinator.handle(event, at: now)
        let broken = place.coordinator.brokenInvariants
        #expect(broken.isEmpty, sourceLocation: sourceLocation)
        return effects.filter { effect in
            switch effect {
            case .wake, .send(.renewed(cancelled: []), to: _): return false
            case .commit(let number, let new):
                pending.append(number)
                records += new
                return true
            case .send(let message, to: _):
                #expect((try? CoordinatorMessage(body: message.body)) == message, sourceLocation: sourceLocation)
                return true
            case .close, .report, .keepCheckpoint, .dropCheckpoint: return true
            }
        }
    }

    @discardableResult
    mutating func hear(
        _ message: WorkerMessage, from peer: Coordinator.Peer = 1, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> [Effect] {
        handle(.received(try WorkerMessage(body: message.body), from: peer), sourceLocation: sourceLocation)
    }

    @discardableResult
    mutating func submit(_ tasks: [SweepTask], of sweep: SweepID = Vocabulary.kernels) -> [Effect] {
        handle(.submitted(sweep, tasks))
    }

    /// Hello, and the first heartbeat.
    @discardableResult
    mutating func join(
        _ worker: WorkerID, peer: Coordinator.Peer, credit: Int = 1, incarnation: UInt64 = 1, held: [AttemptName] = []
    ) -> [Effect] {
        handle(.received(.hello(Vocabulary.hello(worker, incarnation: incarnation, held: held)), from: peer))
            + handle(.received(.heartbeat(credit: credit, held: held), from: peer))
    }

    /// Lets the disk finish everything that it was given.
    @discardableResult
    mutating func sync() -> [Effect] {
        var effects: [Effect] = []
        while !pending.isEmpty { effects += handle(.committed(pending.removeFirst())) }
        return effects
    }

    /// Lets the disk refuse everything that it was given.
    @discardableResult
    mutating func refuseCommits() -> [Effect] {
        var effects: [Effect] = []
        while !pending.isEmpty { effects += handle(.commitRefused(pending.removeFirst(), cause: "disk full")) }
        return effects
    }

    /// Lets time pass in which nobody is heard, with the wakes that fall into it.
    @discardableResult
    mutating func wait(_ duration: Duration) -> [Effect] {
        var effects: [Effect] = []
        let end = now.advanced(by: duration)
        while now < end {
            now = now.advanced(by: .seconds(1))
            effects += handle(.woke)
        }
        return effects
    }
}

extension [Coordinator.Effect] {
    /// What was said, to whom.
    var sent: [Coordinator.Effect] {
        filter { if case .send = $0 { true } else { false } }
    }

    var reports: [Report] {
        compactMap { if case .report(let report) = $0 { report } else { nil } }
    }

    var commits: [[Record]] {
        compactMap { if case .commit(_, let records) = $0 { records } else { nil } }
    }
}
