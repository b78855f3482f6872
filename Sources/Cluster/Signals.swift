import Dispatch
import Glibc
import Synchronization

/// SIGINT and SIGTERM as calls: the first asks for an orderly end, the second for an immediate one.
package final class Signals: Sendable {
    private let sources: Mutex<[any DispatchSourceSignal]>
    private let count = Atomic(0)

    /// - Parameters:
    ///   - drain: Called at the first signal.
    ///   - stop: Called at each later one.
    package init(drain: @escaping @Sendable () -> Void, stop: @escaping @Sendable () -> Void) {
        sources = Mutex([])
        // A broken pipe is an error of the call that wrote, not the end of the process.
        unsafe _ = signal(SIGPIPE, SIG_IGN)
        for number in [SIGINT, SIGTERM] {
            unsafe _ = signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [count] in
                count.wrappingAdd(1, ordering: .relaxed).oldValue == 0 ? drain() : stop()
            }
            source.resume()
            sources.withLock { $0.append(source) }
        }
    }
}
