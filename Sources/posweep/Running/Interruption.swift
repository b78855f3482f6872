import Synchronization

/// Whether, and why, a run was told to stop before its end.
final class Interruption: Sendable {
    private let state = Mutex<(isInterrupted: Bool, cause: String?)>((false, nil))

    var isInterrupted: Bool { state.withLock { $0.isInterrupted } }
    var cause: String? { state.withLock { $0.cause } }

    func interrupt(cause: String? = nil) {
        state.withLock { $0 = (true, cause ?? $0.cause) }
    }
}
