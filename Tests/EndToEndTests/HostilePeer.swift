import Foundation

@testable import Cluster

/// A peer that was let in, and sends what it likes.
final class HostilePeer {
    private let socket: ZeroMQSocket
    private let wakeUp: WakeUp
    private static let patience = Duration.seconds(10)

    init(to endpoint: String, _ credentials: Credentials) throws {
        socket = try ZeroMQSocket(.dealer)
        wakeUp = try WakeUp()
        try socket.show(credentials.pair, to: credentials.coordinator)
        try socket.connect(to: endpoint)
        guard try isHeard() else { throw SocketError.unreachable }
    }

    /// Sends a message of these frames as fast as they are taken.
    ///
    /// - Returns: Whether they were; not where the connection has ended.
    func send(_ frames: [[UInt8]]) throws -> Bool {
        while try socket.receive() != nil {}
        guard try isHeard() else { return false }
        do throws(SocketError) {
            try socket.handle.send(frames)
            return true
        } catch .wouldBlock {
            return false
        }
    }

    /// Ends the connection once everything is on its way.
    func leave() throws {
        try socket.linger(10_000)
    }

    private func isHeard() throws -> Bool {
        let deadline = ContinuousClock.now + Self.patience
        while .now < deadline {
            if try socket.wait(with: wakeUp, for: deadline - .now, isConnecting: true) { return true }
            if try socket.handshakeFailure() != nil { return false }
            while try socket.receive() != nil {}
        }
        return false
    }
}
