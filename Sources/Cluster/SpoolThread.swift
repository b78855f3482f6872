import Coordination
import Foundation
import Synchronization

/// The thread that writes a worker's spool, so that the one with the socket never waits for the disk.
///
/// Whatever has come while the disk was busy goes into the next file together: one sync for all of it.
final class SpoolThread: Sendable {
    private enum Job {
        case write(SpoolEntry)
        case remove(SpoolEntry.Key)
    }

    private struct State {
        var jobs: [Job] = []
        var isClosing = false
    }

    /// Bytes of results in one file, as far as there is a choice.
    private static let fileBytes = 16 << 20

    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)
    private let closed = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - spool: What is on the disk.
    ///   - report: Receives what has become of the results, on this thread.
    init(_ spool: Spool, report: @escaping @Sendable (Worker.Event) -> Void) {
        let thread = Thread { [self] in run(spool, report) }
        thread.name = "spool"
        thread.stackSize = 4 << 20
        thread.start()
    }

    func write(_ entry: SpoolEntry) { add(.write(entry)) }

    func remove(_ key: SpoolEntry.Key) { add(.remove(key)) }

    private func add(_ job: Job) {
        let wasIdle = state.withLock { state in
            state.jobs.append(job)
            return state.jobs.count == 1
        }
        if wasIdle { work.signal() }
    }

    /// Writes what is left and ends the thread; returns when it has.
    func close() {
        state.withLock { $0.isClosing = true }
        work.signal()
        closed.wait()
    }

    private func run(_ spool: Spool, _ report: (Worker.Event) -> Void) {
        var spool = spool
        defer { closed.signal() }
        while true {
            work.wait()
            let (jobs, isClosing) = state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.isClosing)
            }
            var (batch, size, removed): ([SpoolEntry], Int, [SpoolEntry.Key]) = ([], 0, [])
            for job in jobs {
                switch job {
                case .write(let entry):
                    batch.append(entry)
                    size += entry.size
                    guard size >= Self.fileBytes else { continue }
                    report(Self.write(batch, to: &spool))
                    (batch, size) = ([], 0)
                case .remove(let key): removed.append(key)
                }
            }
            if !batch.isEmpty { report(Self.write(batch, to: &spool)) }
            // Nothing is removed before it is written: an acknowledgement comes after the offer, and that after the disk.
            spool.remove(removed)
            if isClosing { return }
        }
    }

    private static func write(_ entries: [SpoolEntry], to spool: inout Spool) -> Worker.Event {
        let keys = entries.map(\.key)
        do throws(SystemError) {
            try spool.write(entries)
            return .spooled(keys)
        } catch {
            return .spoolRefused(keys, cause: error.description)
        }
    }
}
