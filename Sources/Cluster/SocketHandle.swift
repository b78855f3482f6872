import CZeroMQ
import Glibc

/// A socket of libzmq, whatever is said on it.
///
/// It belongs to the thread that made it; every call checks that, since libzmq would abort the process hours later.
/// Nothing here blocks but ``wait(for:_:)``. Whoever makes one keeps the context until it is closed.
@safe final class SocketHandle {
    /// A message: its first frames, and how many it had.
    struct Message {
        var frames: [[UInt8]] = []
        var count = 0
        /// Who sent it, where the peer had to say: what the ZAP thread knows the owner of its key as.
        ///
        /// Read from the second frame: after a poll libzmq 4.3.4 tells nothing on the first one.
        var user: String?
    }

    /// Something that a thread waits for.
    enum Source {
        case socket(SocketHandle, isWriting: Bool = false)
        case descriptor(Int32)
    }

    private let pointer: UnsafeMutableRawPointer
    private let thread = pthread_self()
    private var isClosed = false

    init(_ type: Int32, in context: ZeroMQContext.Pointer) throws(SocketError) {
        guard let pointer = unsafe zmq_socket(context.pointer, type) else {
            throw SocketError(errno, doing: "make a socket")
        }
        unsafe self.pointer = pointer
        try set(ZMQ_LINGER, 0)
    }

    deinit {
        close()
    }

    /// Has to happen before the context ends, which would wait for it.
    func close() {
        if isClosed { return }
        isClosed = true
        unsafe _ = zmq_close(pointer)
    }

    private func checkThread() {
        precondition(pthread_equal(thread, pthread_self()) != 0, "a socket is used by the thread that made it")
    }

    // MARK: Options

    func set(_ option: Int32, _ value: Int32) throws(SocketError) {
        checkThread()
        var value = value
        guard unsafe zmq_setsockopt(pointer, option, &value, MemoryLayout<Int32>.size) == 0 else {
            throw SocketError(errno, doing: "set socket option \(option)")
        }
    }

    func set(_ option: Int32, long value: Int64) throws(SocketError) {
        checkThread()
        var value = value
        guard unsafe zmq_setsockopt(pointer, option, &value, MemoryLayout<Int64>.size) == 0 else {
            throw SocketError(errno, doing: "set socket option \(option)")
        }
    }

    func set(_ option: Int32, bytes: [UInt8]) throws(SocketError) {
        checkThread()
        guard unsafe zmq_setsockopt(pointer, option, bytes, bytes.count) == 0 else {
            throw SocketError(errno, doing: "set socket option \(option)")
        }
    }

    // MARK: Connecting

    /// Listens at an address.
    ///
    /// - Returns: The address at which others reach it, with the port that port 0 became.
    func bind(to endpoint: String) throws(SocketError) -> String {
        checkThread()
        guard unsafe zmq_bind(pointer, endpoint) == 0 else { throw SocketError(errno, binding: endpoint) }
        var bytes = [CChar](repeating: 0, count: 256)
        var count = bytes.count
        guard unsafe zmq_getsockopt(pointer, ZMQ_LAST_ENDPOINT, &bytes, &count) == 0 else {
            throw SocketError(errno, binding: endpoint)
        }
        return String(decoding: bytes.prefix(max(0, count - 1)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Does not listen there any more.
    func unbind(from endpoint: String) throws(SocketError) {
        checkThread()
        guard unsafe zmq_unbind(pointer, endpoint) == 0 else { throw SocketError(errno, doing: "unbind a socket") }
    }

    func connect(to endpoint: String) throws(SocketError) {
        checkThread()
        guard unsafe zmq_connect(pointer, endpoint) == 0 else { throw SocketError(errno, connecting: endpoint) }
    }

    /// Sends what happens to its connections to an address within this process, until ``silence()``.
    ///
    /// While it does, somebody has to be connected there: libzmq's own thread waits for whoever listens, and with it every
    /// connection of the process.
    func announce(_ events: Int32, at address: String) throws(SocketError) {
        checkThread()
        guard unsafe zmq_socket_monitor(pointer, address, events) == 0 else {
            throw SocketError(errno, doing: "watch a socket")
        }
    }

    func silence() {
        unsafe _ = zmq_socket_monitor(pointer, nil, 0)
    }

    // MARK: Messages

    /// Hands a message to the library, or throws; the socket never waits.
    func send(_ frames: [[UInt8]]) throws(SocketError) {
        checkThread()
        for (number, frame) in frames.enumerated() {
            let flags = ZMQ_DONTWAIT | (number + 1 < frames.count ? ZMQ_SNDMORE : 0)
            while unsafe frame.withUnsafeBytes({ unsafe zmq_send(pointer, $0.baseAddress, $0.count, flags) }) < 0 {
                guard errno == EINTR else { throw SocketError(errno, doing: "send a message") }
            }
        }
    }

    /// Takes the next message that has arrived.
    ///
    /// - Parameter limit: How many of its frames are kept; the others are read and forgotten.
    /// - Returns: The message; nil where there is none.
    /// - Throws: `SocketError` where the library cannot receive.
    func receive(keeping limit: Int) throws(SocketError) -> Message? {
        checkThread()
        var message = Message()
        while true {
            guard let isLast = try receiveFrame(of: &message, keeping: limit) else { return nil }
            if isLast { return message }
        }
    }

    private func receiveFrame(of message: inout Message, keeping limit: Int) throws(SocketError) -> Bool? {
        var frame = zmq_msg_t()
        unsafe zmq_msg_init(&frame)
        defer { unsafe _ = zmq_msg_close(&frame) }
        while unsafe zmq_msg_recv(&frame, pointer, ZMQ_DONTWAIT) < 0 {
            switch errno {
            case EINTR: continue
            case EAGAIN: return nil
            default: throw SocketError(errno, doing: "receive a message")
            }
        }
        if message.count < limit {
            message.frames.append(
                unsafe Array(UnsafeRawBufferPointer(start: zmq_msg_data(&frame), count: zmq_msg_size(&frame))))
        }
        if message.count == 1, let user = unsafe zmq_msg_gets(&frame, "User-Id") {
            message.user = unsafe String(cString: user)
        }
        message.count += 1
        return unsafe zmq_msg_more(&frame) == 0
    }

    // MARK: Waiting

    /// Waits until one of these has something, or the time is up.
    ///
    /// - Parameters:
    ///   - duration: The longest wait; a minute at most.
    ///   - sources: What is waited for.
    /// - Returns: Whether each of them has.
    /// - Throws: `SocketError` where the library cannot wait.
    static func wait(for duration: Duration, _ sources: [Source]) throws(SocketError) -> [Bool] {
        var items = unsafe sources.map { source in
            switch source {
            case .socket(let handle, let isWriting):
                handle.checkThread()
                return unsafe zmq_pollitem_t(
                    socket: handle.pointer, fd: 0, events: Int16(ZMQ_POLLIN) | (isWriting ? Int16(ZMQ_POLLOUT) : 0),
                    revents: 0)
            case .descriptor(let descriptor):
                return unsafe zmq_pollitem_t(socket: nil, fd: descriptor, events: Int16(ZMQ_POLLIN), revents: 0)
            }
        }
        // Rounded up, so that a wait for less than a millisecond does not spin.
        let milliseconds = max(0, (duration / .milliseconds(1)).rounded(.up))
        if unsafe zmq_poll(&items, Int32(items.count), Int(min(milliseconds, 60_000))) < 0, errno != EINTR {
            throw SocketError(errno, doing: "wait for messages")
        }
        return unsafe zip(items, sources).map { item, source in
            if case .socket(_, isWriting: true) = source { return unsafe item.revents & Int16(ZMQ_POLLOUT) != 0 }
            return unsafe item.revents & Int16(ZMQ_POLLIN) != 0
        }
    }
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
