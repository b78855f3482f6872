/// How many executions a worker asks for: enough to be busy for a moment, so that short ones do not wait for the network and
/// the disks, and no more, so that long ones do not wait here while other workers have nothing to do.
struct WorkAhead: Hashable, Sendable {
    /// How many are asked for however long they take.
    let least: Int
    private(set) var credit: Int
    /// How long the latest executions took together, and how many they were.
    private var (spent, ended) = (Duration.zero, 0)
    /// Since when the one that is being computed has taken all the time there is; nil where nothing is computed.
    private var since: Moment?

    /// With more executions than this, older ones count for less.
    private static let memory = 64

    init(least: Int) {
        self.least = least
        credit = least
    }

    /// There is something to compute.
    mutating func begin(at now: Moment) { since = since ?? now }

    /// Nothing is computed any more, and nothing was finished.
    mutating func stop() { since = nil }

    /// An execution has ended.
    mutating func end(at now: Moment, isMore: Bool, _ policy: Policy) {
        spent += now.duration(since: since ?? now)
        ended += 1
        since = isMore ? now : nil
        if ended == Self.memory { (spent, ended) = (spent / 2, ended / 2) }
        adapt(spent / ended, policy)
    }

    /// Time has passed: one that takes longer than all the work ahead should is not one of those before it.
    mutating func look(at now: Moment, _ policy: Policy) {
        guard let since, now.duration(since: since) >= policy.workAhead else { return }
        credit = least
    }

    /// Twice as many at most, since executions that are all alike say little; and never a few more or fewer, since the
    /// coordinator has to be told.
    private mutating func adapt(_ mean: Duration, _ policy: Policy) {
        let wanted = mean > .zero ? Int(min(policy.workAhead / mean, Double(policy.creditLimit))) : policy.creditLimit
        if wanted >= 2 * credit || wanted <= credit / 2 {
            credit = max(least, min(wanted, 2 * credit))
        }
    }
}
