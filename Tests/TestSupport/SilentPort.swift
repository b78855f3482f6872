import Foundation
import Glibc

/// A port of this host on which nobody listens, so that connections to it are refused.
package final class SilentPort: Sendable {
    package let endpoint: LoopbackEndpoint
    private let descriptor: Int32

    package init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        // A process that another test starts at the moment has a copy of it until it becomes another program.
        var isReusable: Int32 = 1
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isReusable, socklen_t(MemoryLayout<Int32>.size))
        let own = LoopbackEndpoint.ofItsOwn()
        var address = own.socketAddress
        var count = socklen_t(MemoryLayout<sockaddr_in>.size)
        let outcome = unsafe withUnsafeMutableBytes(of: &address) { bytes in
            let pointer = unsafe bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
            guard let pointer = unsafe pointer, unsafe bind(descriptor, pointer, count) == 0 else { return Int32(-1) }
            return unsafe getsockname(descriptor, pointer, &count)
        }
        guard outcome == 0 else { throw POSIXError.last }
        self.descriptor = descriptor
        endpoint = LoopbackEndpoint(address: own.address, port: UInt16(bigEndian: address.sin_port))
    }

    /// Leaves the port to somebody who wants to listen there.
    package func release() {
        close(descriptor)
    }
}
