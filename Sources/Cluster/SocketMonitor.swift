import CZeroMQ
import Synchronization

/// Why a connection never came about.
package enum HandshakeFailure: Hashable, Sendable {
    /// The coordinator does not know the key.
    case notAuthorized
    /// One side encrypts and the other does not.
    case otherMechanism
    /// The other side hung up: it has another key than the one that was expected, or noticed first that it has no keys.
    case hungUp
}

/// What happens to a socket's connection, as far as it has to be told to people.
final class SocketMonitor {
    private static let number = Atomic<UInt64>(0)
    private static let events =
        ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
        | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_DISCONNECTED

    let handle: SocketHandle
    private let socket: SocketHandle
    private var isThrough = false

    /// Watches a socket that has no connection yet.
    init(_ socket: SocketHandle, in context: ZeroMQContext.Pointer) throws(SocketError) {
        let number = Self.number.wrappingAdd(1, ordering: .relaxed).newValue
        let address = "inproc://posweep-monitor-\(number)"
        handle = try SocketHandle(ZMQ_PAIR, in: context)
        self.socket = socket
        try socket.announce(Self.events, at: address)
        do throws(SocketError) {
            try handle.connect(to: address)
        } catch {
            socket.silence()
            throw error
        }
    }

    /// Does not watch any more; to be called while the socket is open.
    func stop() {
        socket.silence()
        handle.close()
    }

    /// Why the connection has not come about, once it is known that it has not.
    func failure() throws(SocketError) -> HandshakeFailure? {
        var failure: HandshakeFailure?
        while let message = try handle.receive(keeping: 2) {
            guard let (event, value) = Self.event(in: message.frames) else { continue }
            if event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED { isThrough = true }
            // What ended later was a connection; its end is nobody's key's fault.
            if !isThrough { failure = failure ?? Self.failure(event, value) }
        }
        return failure
    }

    private static func failure(_ event: Int32, _ value: Int32) -> HandshakeFailure? {
        switch event {
        case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH: .notAuthorized
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL where value == ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH:
            .otherMechanism
        case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL, ZMQ_EVENT_DISCONNECTED: .hungUp
        default: nil
        }
    }

    /// Two numbers in the order of this machine's bytes: 16 bits say what has happened, 32 more about it.
    private static func event(in frames: [[UInt8]]) -> (Int32, Int32)? {
        guard let bytes = frames.first, bytes.count == 6 else { return nil }
        let event = Int32(bytes[0]) | Int32(bytes[1]) << 8
        let value = (2..<6).reduce(UInt32(0)) { $0 | UInt32(bytes[$1]) << (8 * UInt32($1 - 2)) }
        return (event, Int32(truncatingIfNeeded: value))
    }
}
