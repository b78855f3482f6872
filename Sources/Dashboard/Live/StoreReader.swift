import Dispatch
import Foundation
import ResultsStore

/// A store that is read on a thread of its own, one question after another: whatever browsers ask for costs one core at most, and
/// no thread that serves HTTP ever waits for a disk.
struct StoreReader: Sendable {
    private let store: ResultsStore
    private let queue = DispatchQueue(label: "posweep.dashboard", qos: .utility)

    init(_ store: ResultsStore) {
        self.store = store
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (ResultsStore) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try body(store) }) }
        }
    }

    /// The same with what it has cost of a core, which neither a queue nor a busy host makes more.
    func measured<Value: Sendable>(
        _ body: @escaping @Sendable (ResultsStore) throws -> Value
    ) async throws -> (value: Value, cost: Duration) {
        try await read { store in
            let begun = Self.coreTime
            return (try body(store), Self.coreTime - begun)
        }
    }

    /// What this thread has had of a core.
    private static var coreTime: Duration {
        var time = timespec()
        unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}
