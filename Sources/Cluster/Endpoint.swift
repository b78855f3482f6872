/// An address of ZeroMQ, as far as it matters who can reach it.
package struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ text: String) {
        description = text
    }

    /// Whether what is said there passes through a network, be it only this host's own.
    package var isTCP: Bool { description.hasPrefix("tcp://") }

    /// Whether nobody on another host can be at the other end.
    ///
    /// Only what is certain counts: a name may stand for any address, but for `localhost`.
    package var isLocal: Bool {
        guard isTCP else { return description.hasPrefix("ipc://") || description.hasPrefix("inproc://") }
        let address = description.dropFirst("tcp://".count)
        guard let colon = address.lastIndex(of: ":") else { return false }
        let host = address[..<colon]
        if host == "localhost" || host == "[::1]" { return true }
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
        return numbers.first == "127" && numbers.count == 4 && numbers.allSatisfy { UInt8($0) != nil }
    }

    /// Whether libzmq is to choose the port.
    var choosesPort: Bool { isTCP && (description.hasSuffix(":0") || description.hasSuffix(":*")) }

    /// Where a coordinator that listens here hands out blobs: at the next port, or in a file beside this one.
    package var blobs: Endpoint {
        guard isTCP else { return Endpoint(description + ".blobs") }
        guard let colon = description.lastIndex(of: ":"), let port = UInt16(description[colon...].dropFirst()),
            port < .max
        else { return self }
        return Endpoint(description[...colon] + String(port + 1))
    }
}
