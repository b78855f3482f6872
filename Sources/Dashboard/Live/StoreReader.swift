import Dispatch
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
}
