/// A worker's failures in a row, each soon after its task had begun: what a host with a broken driver looks like, and
/// a sweep with broken trials too, until somebody else has tried the same tasks.
struct FailureRecord: Hashable, Sendable {
    /// The tasks that failed; any success empties the list.
    private(set) var tasks: [TaskID] = []
    /// How many of them have succeeded elsewhere since.
    private(set) var refuted = 0
    /// Whether the failures were the worker's own fault; it gets no task before it is started anew.
    private(set) var isSetAside = false

    /// Failures in a row that make a worker doubtful.
    private static let limit = 3
    /// So many successes elsewhere settle it: more than half.
    private static let proof = 2

    private var latest = Moment.start

    /// Whether the worker gets no task while others can take it, because it is not known yet whose fault it was.
    ///
    /// Others may be busy for long, so it does not last.
    func isDoubtful(at now: Moment, for doubt: Duration) -> Bool {
        tasks.count >= Self.limit && now.duration(since: latest) < doubt
    }

    mutating func add(_ task: TaskID, at now: Moment) {
        latest = now
        guard !tasks.contains(task), tasks.count < Self.limit else { return }
        tasks.append(task)
    }

    /// The worker has succeeded, or others fail where it failed: it was not the worker.
    mutating func clear() {
        tasks = []
        refuted = 0
    }

    /// Another worker has succeeded where this one failed.
    mutating func refute() { refuted += 1 }

    /// Sets the worker aside if there is enough against it.
    ///
    /// - Returns: Whether it is set aside now and was not before.
    mutating func settle() -> Bool {
        guard !isSetAside, tasks.count >= Self.limit, refuted >= Self.proof else { return false }
        isSetAside = true
        return true
    }
}
