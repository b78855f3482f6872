/// A worker as the coordinator sees it at a moment.
package struct WorkerView: Hashable, Sendable {
    package let id: WorkerID
    package let hello: Hello
    package let tasks: Int
    package let isConnected: Bool
    package let isSuspect: Bool
    package let silence: Duration
}

extension Coordinator {
    /// All workers that have joined and not left.
    package func workerViews(at now: Moment) -> [WorkerView] {
        workers.sorted { $0.key < $1.key }.map { id, entry in
            WorkerView(
                id: id, hello: entry.hello, tasks: entry.held.count, isConnected: entry.peer != nil,
                isSuspect: entry.isSuspect, silence: now.duration(since: entry.lastHeard))
        }
    }
}
