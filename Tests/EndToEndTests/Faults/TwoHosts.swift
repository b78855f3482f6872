import Foundation
import TestSupport

/// Two hosts and the wire between them, as network namespaces: what happens to the wire, the kernel does.
struct TwoHosts {
    /// What runs a command on the coordinator's host, and on the workers'.
    let near: [String]
    let far: [String]
    /// Where the coordinator listens, with a port that it may choose.
    let address = "tcp://10.77.0.1:0"

    private let nearName: String
    private let farName: String

    /// Whether this host lets us make namespaces: it takes root and iproute2.
    static let isAvailable =
        SystemCommand.works("ip", "netns", "add", "posweep-probe-\(getpid())")
        && SystemCommand.works("ip", "netns", "delete", "posweep-probe-\(getpid())")

    private init(_ number: Int32) {
        (nearName, farName) = ("posweep-near-\(number)", "posweep-far-\(number)")
        near = ["ip", "netns", "exec", nearName]
        far = ["ip", "netns", "exec", farName]
    }

    /// Lets a test have them, and takes them away afterwards.
    static func connected(_ body: (TwoHosts) async throws -> Void) async throws {
        let hosts = TwoHosts(getpid())
        do {
            try await hosts.makeWire()
            try await body(hosts)
        } catch {
            await hosts.remove()
            throw error
        }
        await hosts.remove()
    }

    private func makeWire() async throws {
        for name in [nearName, farName] { try await SystemCommand.run("ip", "netns", "add", name) }
        try await SystemCommand.run(
            "ip", "link", "add", "wire", "netns", nearName, "type", "veth", "peer", "name", "wire", "netns", farName)
        for (name, address) in [(nearName, "10.77.0.1/24"), (farName, "10.77.0.2/24")] {
            try await SystemCommand.run("ip", "-n", name, "address", "add", address, "dev", "wire")
            try await SystemCommand.run("ip", "-n", name, "link", "set", "wire", "up")
            try await SystemCommand.run("ip", "-n", name, "link", "set", "lo", "up")
        }
    }

    private func remove() async {
        // What is left of them ends with this process's host, and the names are nobody else's.
        for name in [nearName, farName] { try? await SystemCommand.run("ip", "netns", "delete", name) }
    }

    /// Pulls the wire out.
    func cut() async throws {
        try await SystemCommand.run("ip", "-n", farName, "link", "set", "wire", "down")
    }

    func heal() async throws {
        try await SystemCommand.run("ip", "-n", farName, "link", "set", "wire", "up")
    }
}
