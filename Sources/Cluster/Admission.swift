import Coordination
import Crypto

/// Whose messages count where peers have to show keys, and whose worker is whose.
struct Admission {
    enum Verdict {
        /// There are no keys: whoever reaches the socket may do everything.
        case anybody
        case known(AuthorizedKeys.Entry)
        /// Revoked since it came in, or never let in at all.
        case stranger
    }

    /// Entries by what the ZAP thread calls their owners; nil where there are no keys.
    private var entries: [String: AuthorizedKeys.Entry]?
    private var owners: [WorkerID: PublicKey] = [:]

    init(_ keys: AuthorizedKeys?) {
        entries = keys.map(Self.byUser)
    }

    private static func byUser(_ keys: AuthorizedKeys) -> [String: AuthorizedKeys.Entry] {
        Dictionary(keys.entries.map { ($0.key.description, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func verdict(on user: String?) -> Verdict {
        guard let entries else { return .anybody }
        return user.flatMap { entries[$0] }.map(Verdict.known) ?? .stranger
    }

    /// Replaces the list.
    ///
    /// - Returns: The workers that may not work any more.
    mutating func replace(_ keys: AuthorizedKeys) -> [WorkerID] {
        entries = Self.byUser(keys)
        let revoked = owners.filter { keys[$0.value]?.role.mayWork != true }.keys.sorted()
        for worker in revoked { owners[worker] = nil }
        return revoked
    }

    // MARK: Workers

    /// The identifier of a worker that shows this key.
    ///
    /// It has the key in it: whatever a worker calls itself, it is never taken for the worker of another key.
    mutating func identifier(of worker: WorkerID, key: PublicKey) -> WorkerID {
        var bytes = key.bytes
        for half in [worker.high, worker.low] {
            bytes += (0..<8).map { UInt8(truncatingIfNeeded: half >> (8 * $0)) }
        }
        let digest = Array(SHA256.hash(data: bytes))
        func half(_ start: Int) -> UInt64 { digest[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        let identifier = WorkerID(high: half(0), low: half(8))
        owners[identifier] = key
        return identifier
    }

    /// The name of the key that a worker has shown.
    func keyName(of worker: WorkerID) -> String? {
        owners[worker].flatMap { entries?[$0.description]?.name }
    }

    mutating func forget(_ worker: WorkerID) {
        owners[worker] = nil
    }
}
