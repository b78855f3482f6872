import CZeroMQ
import Glibc

/// Wakes a thread that waits for messages, from any other thread.
package final class WakeUp: Sendable {
    let descriptor: Int32

    package init() throws(SocketError) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard descriptor >= 0 else {
            throw .failed(doing: "make an eventfd", cause: SystemError.text(errno))
        }
    }

    deinit {
        close(descriptor)
    }

    package func signal() {
        var one: UInt64 = 1
        // A full counter means that the thread will wake anyway.
        unsafe _ = write(descriptor, &one, 8)
    }

    /// Waits until the signal was given or the time is up.
    package func wait(for duration: Duration) {
        var item = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let milliseconds = max(0, (duration / .milliseconds(1)).rounded(.up))
        // Woken early by a signal of the system, the caller looks around and waits again.
        unsafe _ = poll(&item, 1, Int32(min(milliseconds, 60_000)))
    }

    package func clear() {
        var count: UInt64 = 0
        unsafe _ = read(descriptor, &count, 8)
    }
}
