import TestSupport
import Testing

@testable import Cluster

/// A peer that speaks ZMTP 3 by itself, byte for byte, where libzmq would not do what a test wants to see.
final class ZMTPPeer {
    private let connection: RawConnection

    /// Says hello without keys, as a DEALER.
    init(to endpoint: LoopbackEndpoint) throws {
        connection = try RawConnection(to: endpoint)
        let property = Array("Socket-Type".utf8)
        let ready = Self.name("READY") + [UInt8(property.count)] + property + [0, 0, 0, 6] + Array("DEALER".utf8)
        try connection.write(Self.greeting(mechanism: "NULL") + Self.command(ready))
        // Its greeting, and a READY of its own.
        _ = try connection.read(64)
        _ = try readFrame()
    }

    static func greeting(mechanism: String) -> [UInt8] {
        let name = Array(mechanism.utf8) + [UInt8](repeating: 0, count: 20 - mechanism.utf8.count)
        return [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 1] + name + [UInt8](repeating: 0, count: 32)
    }

    static func command(_ body: [UInt8]) -> [UInt8] { [4, UInt8(body.count)] + body }

    static func name(_ name: String) -> [UInt8] { [UInt8(name.utf8.count)] + Array(name.utf8) }

    /// Writes a frame of a message.
    func write(_ body: [UInt8], isLast: Bool) throws {
        let length = (0..<8).map { UInt8(truncatingIfNeeded: UInt64(body.count) >> (56 - 8 * UInt64($0))) }
        try #require(try connection.write([isLast ? 2 : 3] + length + body))
    }

    func ping(_ context: [UInt8]) throws {
        try connection.write(Self.command(Self.name("PING") + [0, 100] + context))
    }

    /// The next frame or command of at most 255 bytes.
    func readFrame() throws -> [UInt8] {
        let header = try connection.read(2)
        try #require(header.count == 2)
        return try connection.read(Int(header[1]))
    }
}
