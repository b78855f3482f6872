import CZeroMQ
import Glibc

/// One socket of the protocol: a coordinator's ROUTER or a worker's DEALER.
///
/// It belongs to the thread that made it. Messages are two frames behind the routing identifier; whatever else arrives is
/// reported as misbehaviour. Nothing here blocks but ``wait(with:for:isConnecting:)``.
package final class ZeroMQSocket {
    package enum Kind: Sendable {
        case router, dealer
    }

    /// What a socket has received.
    package enum Received: Sendable {
        /// Two frames; a DEALER's peer has no identifier. The user is the key of a peer that had to show one.
        case message(routing: [UInt8], header: [UInt8], body: [UInt8], user: String?)
        case malformed(routing: [UInt8], frames: Int, user: String?)
    }

    private let context: ZeroMQContext
    let handle: SocketHandle
    private let kind: Kind
    private var monitor: SocketMonitor?
    private var isEstablished = false

    package convenience init(_ kind: Kind) throws(SocketError) {
        try self.init(kind, in: ZeroMQContext.shared())
    }

    init(_ kind: Kind, in context: ZeroMQContext) throws(SocketError) {
        self.context = context
        handle = try SocketHandle(kind == .router ? ZMQ_ROUTER : ZMQ_DEALER, in: context.pointer)
        self.kind = kind
        for (option, value) in kind == .router ? Self.routerOptions : Self.dealerOptions {
            try handle.set(option, value)
        }
        try handle.set(ZMQ_MAXMSGSIZE, long: Self.frameBytesLimit)
    }

    deinit {
        monitor?.stop()
        // Before the context goes, which would wait for it.
        handle.close()
    }

    /// Heartbeats of ZMTP stay off: with them a stall of seconds loses messages whose sending had succeeded.
    private static let commonOptions: [(Int32, Int32)] = [
        (ZMQ_SNDHWM, 64), (ZMQ_RCVHWM, 64), (ZMQ_HANDSHAKE_IVL, 5_000), (ZMQ_TCP_KEEPALIVE, 1),
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

    // MARK: Keys

    /// Encrypts, and lets in only who is admitted to a domain; to be called before ``bind(to:)``.
    ///
    /// - Parameters:
    ///   - pair: The key that peers expect here.
    ///   - domain: What ``ZeroMQContext/admit(to:_:)`` calls the check.
    /// - Throws: `SocketError`, also where the library cannot enforce the check: then nobody must be let in.
    func encrypt(as pair: KeyPair, domain: String) throws(SocketError) {
        try handle.set(ZMQ_CURVE_SERVER, 1)
        try handle.set(ZMQ_CURVE_SECRETKEY, bytes: pair.secret)
        try handle.set(ZMQ_ZAP_DOMAIN, bytes: Array(domain.utf8))
        // Without it a socket whose question nobody answers would let everybody in.
        try handle.set(Int32(POSWEEP_ZMQ_ZAP_ENFORCE_DOMAIN), 1)
    }

    /// Encrypts, and talks to the owner of this key only; to be called before ``connect(to:)``.
    package func show(_ pair: KeyPair, to coordinator: PublicKey) throws(SocketError) {
        try handle.set(ZMQ_CURVE_SERVERKEY, bytes: coordinator.bytes)
        try handle.set(ZMQ_CURVE_PUBLICKEY, bytes: pair.publicKey.bytes)
        try handle.set(ZMQ_CURVE_SECRETKEY, bytes: pair.secret)
    }

    // MARK: Connecting

    /// Listens at an address; the file of an `ipc://` address is for its owner only.
    ///
    /// - Returns: The address at which others reach it, with the port that port 0 became.
    /// - Throws: `addressInUse`, also for the path of a socket that somebody listens at; `cannotBind`.
    package func bind(to endpoint: String) throws(SocketError) -> String {
        try SocketFile.requireFree(endpoint)
        try allowIPv6(in: endpoint)
        // Set afterwards, the file's mode would leave a moment in which others can connect.
        let mask = umask(0o077)
        defer { _ = umask(mask) }
        return try handle.bind(to: endpoint)
    }

    package func connect(to endpoint: String) throws(SocketError) {
        try allowIPv6(in: endpoint)
        if Endpoint(endpoint).isTCP { monitor = try SocketMonitor(handle, in: context.pointer) }
        try handle.connect(to: endpoint)
    }

    /// Why a connection has not come about, once it is known that it has not.
    package func handshakeFailure() throws(SocketError) -> HandshakeFailure? {
        try monitor?.failure()
    }

    /// Without brackets the address is IPv4's: with both allowed, libzmq would name 127.0.0.1 in IPv6's form.
    private func allowIPv6(in endpoint: String) throws(SocketError) {
        try handle.set(ZMQ_IPV6, endpoint.contains("[") ? 1 : 0)
    }

    /// How long closing may wait for what was sent last.
    package func linger(_ milliseconds: Int32) throws(SocketError) {
        try handle.set(ZMQ_LINGER, milliseconds)
    }

    // MARK: Messages

    /// Hands a message to the library, or throws; the socket never waits.
    ///
    /// - Note: Success means that the message is queued in this process, and nothing more.
    package func send(header: [UInt8], body: [UInt8], to routing: [UInt8] = []) throws(SocketError) {
        try handle.send(kind == .router ? [routing, header, body] : [header, body])
    }

    /// The next message that has arrived; nil where there is none.
    package func receive() throws(SocketError) -> Received? {
        guard var message = try handle.receive(keeping: 3) else { return nil }
        let routing = kind == .router ? message.frames.removeFirst() : []
        let expected = kind == .router ? 3 : 2
        guard message.count == expected else {
            return .malformed(routing: routing, frames: message.count, user: message.user)
        }
        return .message(routing: routing, header: message.frames[0], body: message.frames[1], user: message.user)
    }

    /// Waits until a message has arrived, the mailbox has mail, or the time is up.
    ///
    /// - Parameters:
    ///   - mailbox: What else ends the wait.
    ///   - duration: The longest wait; a minute at most.
    ///   - isConnecting: Waits for the other side to take a message as well, or for news of the handshake.
    /// - Returns: Whether the other side takes a message, if that was asked.
    /// - Throws: `SocketError` where the library cannot wait.
    @discardableResult
    package func wait(
        with mailbox: WakeUp, for duration: Duration, isConnecting: Bool = false
    ) throws(SocketError) -> Bool {
        var sources: [SocketHandle.Source] = [
            .socket(handle, isWriting: isConnecting), .descriptor(mailbox.descriptor),
        ]
        if isConnecting, !isEstablished, let monitor { sources.append(.socket(monitor.handle)) }
        let isOpen = try SocketHandle.wait(for: duration, sources)[0] && isConnecting
        isEstablished = isEstablished || isOpen
        return isOpen
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
