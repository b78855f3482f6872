import Dispatch
import Glibc
import Synchronization

/// SIGINT and SIGTERM as calls: the first asks for an orderly end, the second for an immediate one.
///
/// Works as long as it is kept.
package final class Signals {
    private let sources: [any DispatchSourceSignal]

    /// - Parameters:
    ///   - drain: Called at the first signal.
    ///   - stop: Called at each later one.
    package init(drain: @escaping @Sendable () -> Void, stop: @escaping @Sendable () -> Void) {
        // A broken pipe is an error of the call that wrote, not the end of the process.
        _ = signal(SIGPIPE, SIG_IGN)
        let count = SignalCount()
        sources = [SIGINT, SIGTERM].map { number in
            _ = signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { count.isFirst() ? drain() : stop() }
            source.resume()
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
    }
}

private final class SignalCount: Sendable {
    private let count = Atomic(0)

    func isFirst() -> Bool {
        count.wrappingAdd(1, ordering: .relaxed).oldValue == 0
    }
}
