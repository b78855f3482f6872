import CZeroMQ
import Glibc
import Synchronization

/// The library's context; every socket of the process belongs to one.
///
/// It lives as long as somebody holds it. The last one to let go waits until what its sockets have sent is with the
/// kernel, for as long as they linger: otherwise a process that ends would take its last words with it.
@safe package final class ZeroMQContext: @unchecked Sendable {
    // Safe because a context may be used from any thread, and the pointer never changes.
    fileprivate let pointer: UnsafeMutableRawPointer

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

    private init() throws(SocketError) {
        guard let pointer = unsafe zmq_ctx_new() else { throw SocketError(errno, doing: "start libzmq") }
        unsafe self.pointer = pointer
        unsafe zmq_ctx_set(pointer, ZMQ_BLOCKY, 0)
    }

    deinit {
        // Its sockets hold it, so they are closed by now.
        while unsafe zmq_ctx_term(pointer) != 0, errno == EINTR {}
    }
}

/// One socket of the protocol: a coordinator's ROUTER or a worker's DEALER.
///
/// It belongs to the thread that made it; every call checks that, since libzmq would abort the process hours later.
/// Messages are two frames behind the routing identifier; whatever else arrives is reported as misbehaviour. Nothing
/// here blocks but ``wait(with:for:)``.
@safe package final class ZeroMQSocket {
    package enum Kind: Sendable {
        case router, dealer
    }

    /// What a socket has received.
    package enum Received: Sendable {
        /// Two frames; a DEALER's peer has no identifier.
        case message(routing: [UInt8], header: [UInt8], body: [UInt8])
        case malformed(routing: [UInt8], frames: Int)
    }

    private let pointer: UnsafeMutableRawPointer
    private let context: ZeroMQContext
    private let kind: Kind
    private let thread = pthread_self()

    package init(_ kind: Kind) throws(SocketError) {
        context = try ZeroMQContext.shared()
        guard let pointer = unsafe zmq_socket(context.pointer, kind == .router ? ZMQ_ROUTER : ZMQ_DEALER) else {
            throw SocketError(errno, doing: "make a socket")
        }
        unsafe self.pointer = pointer
        self.kind = kind
        for (option, value) in kind == .router ? Self.routerOptions : Self.dealerOptions {
            try set(option, value)
        }
        try setMessageSizeLimit()
    }

    deinit {
        unsafe _ = zmq_close(pointer)
    }

    /// Heartbeats of ZMTP stay off: with them a stall of seconds loses messages whose sending had succeeded.
    private static let commonOptions: [(Int32, Int32)] = [
        (ZMQ_LINGER, 0), (ZMQ_SNDHWM, 64), (ZMQ_RCVHWM, 64), (ZMQ_HANDSHAKE_IVL, 5_000), (ZMQ_TCP_KEEPALIVE, 1),
        (ZMQ_TCP_KEEPALIVE_IDLE, 30), (ZMQ_TCP_KEEPALIVE_INTVL, 10), (ZMQ_TCP_KEEPALIVE_CNT, 3),
        (ZMQ_TCP_MAXRT, 60_000),
    ]
    private static let routerOptions =
        commonOptions + [
            (ZMQ_ROUTER_MANDATORY, 1), (ZMQ_ROUTER_HANDOVER, 0), (ZMQ_BACKLOG, 256), (ZMQ_SNDBUF, 262_144),
            (ZMQ_RCVBUF, 262_144),
        ]
    /// A DEALER is one session: it never connects again by itself, and queues nothing without a connection.
    private static let dealerOptions =
        commonOptions + [(ZMQ_RECONNECT_IVL, -1), (ZMQ_IMMEDIATE, 1), (ZMQ_CONNECT_TIMEOUT, 5_000)]

    /// The largest frame: a body and what encryption adds.
    private static let frameBytesLimit: Int64 = 69_632

    private func set(_ option: Int32, _ value: Int32) throws(SocketError) {
        var value = value
        guard unsafe zmq_setsockopt(pointer, option, &value, MemoryLayout<Int32>.size) == 0 else {
            throw SocketError(errno, doing: "set socket option \(option)")
        }
    }

    private func setMessageSizeLimit() throws(SocketError) {
        var limit = Self.frameBytesLimit
        guard unsafe zmq_setsockopt(pointer, ZMQ_MAXMSGSIZE, &limit, MemoryLayout<Int64>.size) == 0 else {
            throw SocketError(errno, doing: "limit the size of messages")
        }
    }

    private func checkThread() {
        precondition(pthread_equal(thread, pthread_self()) != 0, "a socket is used by the thread that made it")
    }

    // MARK: Connecting

    /// Listens at an address.
    ///
    /// - Returns: The address at which others reach it, with the port that port 0 became.
    /// - Throws: `addressInUse`, also for the path of a socket that somebody listens at; `cannotBind`.
    package func bind(to endpoint: String) throws(SocketError) -> String {
        checkThread()
        try SocketFile.requireFree(endpoint)
        try allowIPv6(in: endpoint)
        guard unsafe zmq_bind(pointer, endpoint) == 0 else { throw SocketError(errno, binding: endpoint) }
        var bytes = [CChar](repeating: 0, count: 256)
        var count = bytes.count
        guard unsafe zmq_getsockopt(pointer, ZMQ_LAST_ENDPOINT, &bytes, &count) == 0 else {
            throw SocketError(errno, binding: endpoint)
        }
        return String(decoding: bytes.prefix(max(0, count - 1)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    package func connect(to endpoint: String) throws(SocketError) {
        checkThread()
        try allowIPv6(in: endpoint)
        guard unsafe zmq_connect(pointer, endpoint) == 0 else { throw SocketError(errno, connecting: endpoint) }
    }

    /// Without brackets the address is IPv4's: with both allowed, libzmq would name 127.0.0.1 in IPv6's form.
    private func allowIPv6(in endpoint: String) throws(SocketError) {
        try set(ZMQ_IPV6, endpoint.contains("[") ? 1 : 0)
    }

    /// How long closing may wait for what was sent last.
    package func linger(_ milliseconds: Int32) throws(SocketError) {
        checkThread()
        try set(ZMQ_LINGER, milliseconds)
    }

    // MARK: Messages

    /// Hands a message to the library, or throws; the socket never waits.
    ///
    /// - Note: Success means that the message is queued in this process, and nothing more.
    package func send(header: [UInt8], body: [UInt8], to routing: [UInt8] = []) throws(SocketError) {
        checkThread()
        if kind == .router { try sendFrame(routing, more: true) }
        try sendFrame(header, more: true)
        try sendFrame(body, more: false)
    }

    private func sendFrame(_ bytes: [UInt8], more: Bool) throws(SocketError) {
        let flags = ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)
        while unsafe bytes.withUnsafeBytes({ unsafe zmq_send(pointer, $0.baseAddress, $0.count, flags) }) < 0 {
            guard errno == EINTR else { throw SocketError(errno, doing: "send a message") }
        }
    }

    /// The next message that has arrived; nil where there is none.
    package func receive() throws(SocketError) -> Received? {
        checkThread()
        var frames: [[UInt8]] = []
        var count = 0
        while true {
            guard let (frame, more) = try receiveFrame() else { return nil }
            count += 1
            // A message of more frames than the protocol has is read to its end, but not kept.
            if count <= 3 { frames.append(frame) }
            guard !more else { continue }
            let routing = kind == .router ? frames.removeFirst() : []
            let expected = kind == .router ? 3 : 2
            guard count == expected else { return .malformed(routing: routing, frames: count) }
            return .message(routing: routing, header: frames[0], body: frames[1])
        }
    }

    private func receiveFrame() throws(SocketError) -> (bytes: [UInt8], more: Bool)? {
        var message = zmq_msg_t()
        unsafe zmq_msg_init(&message)
        defer { unsafe _ = zmq_msg_close(&message) }
        while unsafe zmq_msg_recv(&message, pointer, ZMQ_DONTWAIT) < 0 {
            switch errno {
            case EINTR: continue
            case EAGAIN: return nil
            default: throw SocketError(errno, doing: "receive a message")
            }
        }
        let bytes = unsafe Array(UnsafeRawBufferPointer(start: zmq_msg_data(&message), count: zmq_msg_size(&message)))
        return (bytes, unsafe zmq_msg_more(&message) != 0)
    }

    /// Waits until a message has arrived, the mailbox has mail, or the time is up.
    ///
    /// - Parameters:
    ///   - mailbox: What else ends the wait.
    ///   - duration: The longest wait; a minute at most.
    ///   - isConnecting: Waits for the other side to take a message as well.
    /// - Returns: Whether the other side takes a message, if that was asked.
    /// - Throws: `SocketError` where the library cannot wait.
    @discardableResult
    package func wait(
        with mailbox: WakeUp, for duration: Duration, isConnecting: Bool = false
    ) throws(SocketError) -> Bool {
        checkThread()
        let events = Int16(ZMQ_POLLIN) | (isConnecting ? Int16(ZMQ_POLLOUT) : 0)
        var items = unsafe [
            zmq_pollitem_t(socket: pointer, fd: 0, events: events, revents: 0),
            zmq_pollitem_t(socket: nil, fd: mailbox.descriptor, events: Int16(ZMQ_POLLIN), revents: 0),
        ]
        // Rounded up, so that a wait for less than a millisecond does not spin.
        let milliseconds = max(0, (duration / .milliseconds(1)).rounded(.up))
        if unsafe zmq_poll(&items, 2, Int(min(milliseconds, 60_000))) < 0, errno != EINTR {
            throw SocketError(errno, doing: "wait for messages")
        }
        return unsafe items[0].revents & Int16(ZMQ_POLLOUT) != 0
    }
}

/// Wakes a thread that waits for messages, from any other thread.
package final class WakeUp: Sendable {
    fileprivate let descriptor: Int32

    package init() throws(SocketError) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard descriptor >= 0 else { throw SocketError(errno, doing: "make an eventfd") }
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

/// What the installed library is and can do.
package enum ZeroMQLibrary {
    package static var version: String {
        var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
        unsafe zmq_version(&major, &minor, &patch)
        return "\(major).\(minor).\(patch)"
    }

    /// Whether the library can encrypt.
    package static var hasCurve: Bool { unsafe zmq_has("curve") != 0 }
}

extension SocketError {
    fileprivate init(_ number: Int32, doing what: String) {
        switch number {
        case EAGAIN: self = .wouldBlock
        case EHOSTUNREACH: self = .unreachable
        default: self = .failed(doing: what, cause: Self.text(of: number))
        }
    }

    fileprivate init(_ number: Int32, binding endpoint: String) {
        switch number {
        case EADDRINUSE: self = .addressInUse(endpoint)
        default: self = .cannotBind(endpoint, cause: Self.text(of: number))
        }
    }

    fileprivate init(_ number: Int32, connecting endpoint: String) {
        self = .cannotConnect(endpoint, cause: Self.text(of: number))
    }

    private static func text(of number: Int32) -> String {
        unsafe String(cString: zmq_strerror(number))
    }
}
