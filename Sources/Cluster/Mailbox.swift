import Synchronization

/// Mail for a thread that waits for messages: any thread posts, one thread takes.
package final class Mailbox<Mail: Sendable>: Sendable {
    package let wakeUp: WakeUp
    private let mail = Mutex<[Mail]>([])

    package init() throws(SocketError) {
        wakeUp = try WakeUp()
    }

    package func post(_ item: Mail) {
        mail.withLock { $0.append(item) }
        wakeUp.signal()
    }

    /// Everything posted so far, in order.
    package func takeAll() -> [Mail] {
        wakeUp.clear()
        return mail.withLock { mail in
            defer { mail = [] }
            return mail
        }
    }
}
