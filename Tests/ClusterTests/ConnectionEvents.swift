import CZeroMQ

@testable import Cluster

/// What libzmq says about the connections of a socket, from before the first one.
final class ConnectionEvents {
    private static let all =
        ZMQ_EVENT_CONNECTED | ZMQ_EVENT_CONNECT_DELAYED | ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_CLOSED
        | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
        | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
    private let socket: SocketHandle
    private let pair: SocketHandle
    private(set) var seen: [Int32] = []

    init(of socket: SocketHandle, named name: String) throws {
        self.socket = socket
        pair = try SocketHandle(ZMQ_PAIR, in: ZeroMQContext.shared().pointer)
        try socket.announce(Self.all, at: "inproc://contract-\(name)")
        try pair.connect(to: "inproc://contract-\(name)")
    }

    deinit {
        // Before its listener goes, for which libzmq's thread would wait.
        socket.silence()
        pair.close()
    }

    /// Waits for an event that has not been taken yet, and takes it with all before it.
    ///
    /// - Returns: Whether it came within ten seconds.
    func await(_ event: Int32) throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(10)
        while .now < deadline {
            while let message = try pair.receive(keeping: 1) {
                let bytes = message.frames[0]
                let number = Int32(bytes[0]) | Int32(bytes[1]) << 8
                seen.append(number)
                if number == event { return true }
            }
            _ = try SocketHandle.wait(for: deadline - .now, [.socket(pair)])
        }
        return false
    }

    /// Takes all that have come by now.
    func takeAll() throws {
        while let message = try pair.receive(keeping: 1) {
            seen.append(Int32(message.frames[0][0]) | Int32(message.frames[0][1]) << 8)
        }
    }
}

extension SocketHandle {
    /// Waits up to ten seconds for a message.
    func awaitMessage() throws -> Message? {
        let deadline = ContinuousClock.now + .seconds(10)
        while .now < deadline {
            if let message = try receive(keeping: 4) { return message }
            _ = try Self.wait(for: deadline - .now, [.socket(self)])
        }
        return nil
    }

    /// Sends as many messages of a frame as are taken at once.
    ///
    /// - Returns: How many, up to the limit.
    func fill(with frame: [UInt8], upTo limit: Int) throws -> Int {
        for count in 0..<limit {
            do throws(SocketError) {
                try send([frame])
            } catch .wouldBlock {
                return count
            }
        }
        return limit
    }
}
