import Coordination

/// A worker's host: the process that may crash or freeze, and the computation that takes its time.
struct SimulatedWorker {
    let id: WorkerID
    let credit: Int
    /// Counts the starts of the process; what was scheduled for an older one does not happen.
    private(set) var life = 0
    var machine: Worker?
    var connection: SimulatedNetwork.ConnectionID?
    /// While the process is stopped, what happens to it waits.
    var frozenUntil = Duration.zero
    var bornAt = Duration.zero
    /// What is being computed; a stopped attempt is gone from here.
    var computing: Set<AttemptName> = []
    /// What is on the worker's disk, in the order in which it came there; it outlives crashes.
    private(set) var spool: [SpoolEntry] = []
    /// What this process or its disk has and nobody has acknowledged to it: ours to check, not the worker's to see.
    var unacknowledged: Set<SpoolEntry.Key> = []

    init(_ number: Int, credit: Int) {
        id = WorkerID(UInt64(0xA0 + number))
        self.credit = credit
    }

    mutating func start(at now: Duration, _ policy: Policy) {
        life += 1
        bornAt = now
        let identity = Vocabulary.hello(id, incarnation: UInt64(life))
        machine = Worker(identity, credit: credit, spooled: spool, policy: policy)
        // An acknowledged result whose removal did not reach the disk is offered once more.
        unacknowledged = Set(spool.map(\.key))
    }

    mutating func write(_ entry: SpoolEntry) {
        if !spool.contains(where: { $0.key == entry.key }) { spool.append(entry) }
    }

    mutating func remove(_ key: SpoolEntry.Key) {
        spool.removeAll { $0.key == key }
    }

    mutating func crash() {
        machine = nil
        connection = nil
        computing = []
        unacknowledged = []
        frozenUntil = .zero
    }

    /// What is wrong with what the worker keeps.
    var brokenInvariants: [String] {
        guard let machine else { return [] }
        let kept = Set(machine.unacknowledged)
        return kept == unacknowledged
            ? [] : ["3: worker \(id.short) keeps \(kept.count) results, \(unacknowledged.count) are unacknowledged"]
    }
}
