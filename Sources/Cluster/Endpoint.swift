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
}
