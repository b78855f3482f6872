package import Glibc
import Synchronization

/// The processes of a worker: its agent, which is this one, and the one that computes, while there is one.
package final class OwnProcesses: Sendable {
    private let computing = Atomic<pid_t>(0)

    package init() {}

    /// There is another compute process, or none.
    func compute(in process: pid_t?) { computing.store(process ?? 0, ordering: .relaxed) }

    package var all: [pid_t] { [getpid(), computing.load(ordering: .relaxed)].filter { $0 > 0 } }
}
