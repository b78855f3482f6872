import Foundation
import Glibc
import Synchronization

/// A TCP endpoint of this host, as `tcp://127.9.30.2:5555`.
package struct LoopbackEndpoint: Hashable, Sendable, CustomStringConvertible {
    package let address: String
    /// 0 for any that is free.
    package let port: UInt16

    package init(address: String = "127.0.0.1", port: UInt16 = 0) {
        self.address = address
        self.port = port
    }

    package struct NotLoopback: Error {
        package let text: String
    }

    /// The endpoint that libzmq writes so.
    package init(_ text: String) throws {
        let parts = text.split(separator: "/").last?.split(separator: ":") ?? []
        guard parts.count == 2, parts[0].hasPrefix("127."), let port = UInt16(parts[1]) else {
            throw NotLoopback(text: text)
        }
        self.init(address: String(parts[0]), port: port)
    }

    /// Any free port of an address that nobody else uses.
    ///
    /// Who listens there can stop and come back. A port of 127.0.0.1 can be anybody's meanwhile, who listens or only connects; and
    /// a connection to it while nobody listens can even get its own number, and then holds it.
    package static func ofItsOwn() -> LoopbackEndpoint {
        let number = taken.add(1, ordering: .relaxed).newValue & 0x7F_FFFF
        return LoopbackEndpoint(address: "127.\(128 + number >> 16).\(number >> 8 & 255).\(number & 255)")
    }

    /// Starts elsewhere in every process, since several can run tests at a time.
    private static let taken = Atomic<UInt32>(.random(in: 0...0x7F_FFFF))

    package var description: String { "tcp://\(address):\(port)" }

    var socketAddress: sockaddr_in {
        var socketAddress = sockaddr_in()
        socketAddress.sin_family = sa_family_t(AF_INET)
        socketAddress.sin_port = port.bigEndian
        unsafe socketAddress.sin_addr.s_addr = inet_addr(address)
        return socketAddress
    }
}
