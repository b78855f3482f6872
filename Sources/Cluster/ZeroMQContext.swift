import CZeroMQ
import Glibc
import Synchronization

/// The library's context; every socket of the process belongs to one.
///
/// It lives as long as somebody holds it. The last one to let go waits until what its sockets have sent is with the
/// kernel, for as long as they linger: otherwise a process that ends would take its last words with it.
package final class ZeroMQContext: Sendable {
    /// The library's own reference; it may be used from any thread, and never changes.
    @safe struct Pointer: @unchecked Sendable {
        let pointer: UnsafeMutableRawPointer
    }

    let pointer: Pointer
    private let zap = Mutex<ZAPThread?>(nil)

    private struct Current {
        weak var context: ZeroMQContext?
    }

    private static let current = Mutex(Current())

    /// The process's context; there is one at a time, since ending one while another encrypts is not safe in 4.3.4.
    package static func shared() throws(SocketError) -> ZeroMQContext {
        try current.withLock { current throws(SocketError) in
            if let context = current.context { return context }
            let context = try ZeroMQContext()
            current.context = context
            return context
        }
    }

    init() throws(SocketError) {
        guard let pointer = unsafe zmq_ctx_new() else {
            throw .failed(doing: "start libzmq", cause: SystemError.text(errno))
        }
        self.pointer = unsafe Pointer(pointer: pointer)
        unsafe zmq_ctx_set(pointer, ZMQ_BLOCKY, 0)
    }

    deinit {
        zap.withLock { $0?.stop() }
        // All other sockets hold the context, so they are closed by now.
        while unsafe zmq_ctx_term(pointer.pointer) != 0, errno == EINTR {}
    }

    /// Has this asked for each key that knocks at sockets of a domain, from now on.
    ///
    /// Sockets bind only after this has returned. Where nobody is asked, libzmq lets nobody in.
    func admit(to domain: String, _ check: @escaping ZAPThread.Check) throws(SocketError) {
        try zap.withLock { zap throws(SocketError) in
            if zap == nil { zap = try ZAPThread(in: pointer) }
            zap?.set(check, for: domain)
        }
    }

    /// Lets nobody in to a domain any more.
    func close(_ domain: String) {
        zap.withLock { $0?.set(nil, for: domain) }
    }
}
