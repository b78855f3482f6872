import Synchronization

/// Mail for a thread that waits for messages: any thread posts, one thread takes.
package final class Mailbox<Mail: Sendable>: Sendable {
    private struct State {
        var mail: [Mail] = []
        var isClosed = false
    }

    package let wakeUp: WakeUp
    private let state = Mutex(State())

    package init() throws(SocketError) {
        wakeUp = try WakeUp()
    }

    /// Leaves something for the thread.
    ///
    /// - Returns: Whether the thread will still look; it does not once it has ended.
    @discardableResult
    package func post(_ item: Mail) -> Bool {
        let isTaken = state.withLock { state in
            if !state.isClosed { state.mail.append(item) }
            return !state.isClosed
        }
        if isTaken { wakeUp.signal() }
        return isTaken
    }

    /// Leaves several things at once.
    package func post(contentsOf items: [Mail]) {
        guard !items.isEmpty else { return }
        state.withLock { state in
            if !state.isClosed { state.mail += items }
        }
        wakeUp.signal()
    }

    /// Everything posted so far, in order.
    package func takeAll() -> [Mail] {
        wakeUp.clear()
        return state.withLock { state in
            defer { state.mail = [] }
            return state.mail
        }
    }

    /// Takes nothing more in.
    ///
    /// - Returns: What was posted and not taken.
    package func close() -> [Mail] {
        state.withLock { $0.isClosed = true }
        return takeAll()
    }
}
