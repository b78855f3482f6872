import Foundation
import Glibc

/// A TCP connection to an endpoint of this host, without any protocol.
package struct RawConnection: ~Copyable {
    private let descriptor: Int32

    /// How long a test waits for the other side before it fails.
    private static let patience = timeval(tv_sec: 120, tv_usec: 0)

    package init(to endpoint: LoopbackEndpoint) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var patience = Self.patience
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            unsafe setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
        }
        var address = endpoint.socketAddress
        let outcome = unsafe withUnsafeBytes(of: &address) { bytes in
            unsafe connect(
                descriptor, bytes.assumingMemoryBound(to: sockaddr.self).baseAddress, socklen_t(bytes.count))
        }
        guard outcome == 0 else { throw POSIXError.last }
    }

    deinit {
        close(descriptor)
    }

    /// Writes bytes until all are taken.
    ///
    /// - Returns: Whether they were; not where the other side has hung up.
    @discardableResult
    package func write(_ bytes: [UInt8]) throws -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EAGAIN { throw POSIXError(.ETIMEDOUT) }
            if count <= 0 { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Reads as many bytes, or fewer where the other side hangs up.
    package func read(_ limit: Int) throws -> [UInt8] {
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while answer.count < limit {
            let count = unsafe recv(descriptor, &buffer, min(buffer.count, limit - answer.count), 0)
            if count < 0, errno == EAGAIN { throw POSIXError(.ETIMEDOUT) }
            if count <= 0 { return answer }
            answer += buffer.prefix(count)
        }
        return answer
    }

    /// Reads until the other side hangs up.
    package func readToEnd() throws -> [UInt8] {
        try read(.max)
    }

    /// Writes these bytes and no more, and reads until the other side hangs up.
    package func exchange(_ bytes: [UInt8]) throws -> [UInt8] {
        // A side that has hung up already reads no further, which is its right.
        _ = try write(bytes)
        shutdown(descriptor, Int32(SHUT_WR))
        return try readToEnd()
    }
}

extension POSIXError {
    /// What the last call to the system complained of.
    static var last: POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
}
