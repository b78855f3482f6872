/// Which workers have computed what lately, or say that they hold it, so that tasks go where their features or files are.
struct AffinityMemory: Hashable, Sendable {
    private var keys: [WorkerID: [UInt64]] = [:]
    private var holders: [UInt64: [WorkerID]] = [:]

    /// Keys remembered of a worker, and workers of a key.
    private static let keysLimit = 64
    private static let holdersLimit = 64

    func holds(_ worker: WorkerID, _ key: UInt64) -> Bool { keys[worker]?.contains(key) == true }

    /// The workers that have it, the latest last.
    func holders(of key: UInt64) -> [WorkerID] { holders[key] ?? [] }

    mutating func note(_ key: UInt64, _ worker: WorkerID) {
        guard !holds(worker, key) else { return }
        if let known = keys[worker], known.count == Self.keysLimit, let oldest = known.first {
            forget(oldest, worker)
        }
        // The one that is left out has it all the same; it is only not found by it.
        if holders[key]?.count == Self.holdersLimit { holders[key]?.removeFirst() }
        keys[worker, default: []].append(key)
        holders[key, default: []].append(worker)
    }

    /// A worker is gone, and what it had in memory too.
    mutating func forget(_ worker: WorkerID) {
        for key in keys[worker] ?? [] { forget(key, worker) }
    }

    private mutating func forget(_ key: UInt64, _ worker: WorkerID) {
        keys[worker]?.removeAll { $0 == key }
        holders[key]?.removeAll { $0 == worker }
        if keys[worker]?.isEmpty == true { keys[worker] = nil }
        if holders[key]?.isEmpty == true { holders[key] = nil }
    }
}
