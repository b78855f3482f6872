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
    /// What this process has finished and nobody has acknowledged to it: ours to check, not the worker's to see.
    var unacknowledged: Set<Finished> = []

    struct Finished: Hashable {
        let name: AttemptName
        let trial: TrialID
    }

    init(_ number: Int, credit: Int) {
        id = WorkerID(UInt64(0xA0 + number))
        self.credit = credit
    }

    mutating func start(at now: Duration, _ policy: Policy) {
        life += 1
        bornAt = now
        let identity = Vocabulary.hello(id, incarnation: UInt64(life))
        machine = Worker(identity, credit: credit, policy: policy)
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
        let kept = Set(machine.unacknowledged.map { Finished(name: $0.name, trial: $0.trial) })
        return kept == unacknowledged
            ? [] : ["3: worker \(id.short) keeps \(kept.count) results, \(unacknowledged.count) are unacknowledged"]
    }
}
