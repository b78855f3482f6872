import Foundation
import Glibc

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

/// A connection to a port of this host, without any protocol.
struct RawConnection: ~Copyable {
    private let descriptor: Int32

    init(port: UInt16) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        // Who never hangs up is found out, and fails the test.
        var patience = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let outcome = withUnsafeBytes(of: &address) { bytes in
            connect(
                descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count))
        }
        guard outcome == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    }

    deinit {
        close(descriptor)
    }

    /// Writes these bytes, and reads until the other side hangs up.
    func exchange(_ bytes: [UInt8]) throws -> [UInt8] {
        // A side that has hung up already reads no further, which is its right.
        _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        shutdown(descriptor, Int32(SHUT_WR))
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count > 0 { answer += buffer.prefix(count) }
            if count < 0, errno == EAGAIN { throw POSIXError(.ETIMEDOUT) }
            if count <= 0 { return answer }
        }
    }
}
