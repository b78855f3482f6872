/// The workers that were here and are not any more, the latest last.
struct DepartedWorkers: Hashable, Sendable {
    private(set) var latest: [DepartedWorker] = []

    /// What nobody asks for after an hour, and a bound for what comes and goes every second.
    private static let memory = Duration.seconds(3_600)
    private static let limit = 256

    mutating func add(_ worker: WorkerID, _ entry: Coordinator.WorkerEntry) {
        remove(worker)
        if latest.count == Self.limit { latest.removeFirst() }
        latest.append(
            DepartedWorker(
                id: worker, hello: entry.hello, lastHeard: entry.lastHeard, trials: entry.pace.total,
                order: entry.order,
                isLost: false))
    }

    /// It did not say goodbye.
    mutating func lose(_ worker: WorkerID) {
        guard let index = latest.lastIndex(where: { $0.id == worker }) else { return }
        latest[index].isLost = true
    }

    mutating func remove(_ worker: WorkerID) { latest.removeAll { $0.id == worker } }

    /// What a process was told that was thought to be lost, and is back.
    func order(to hello: Hello) -> DepartureOrder? {
        latest.last { $0.id == hello.worker && $0.hello.incarnation == hello.incarnation }?.order
    }

    func recent(at now: Moment) -> [DepartedWorker] {
        latest.filter { now.duration(since: $0.lastHeard) < Self.memory }
    }
}

/// A worker that has left, or was lost.
package struct DepartedWorker: Hashable, Sendable {
    package let id: WorkerID
    package let hello: Hello
    package let lastHeard: Moment
    /// The trials that it had finished.
    package let trials: Int
    /// What it was told, where it was told to leave.
    let order: DepartureOrder?
    /// Whether it was silent for too long, and did not say goodbye.
    package fileprivate(set) var isLost: Bool
}
