/// What a socket could not do.
package enum SocketError: Error, Hashable {
    /// The queue to the other side is full, or there is no other side; nothing was sent.
    case wouldBlock
    /// The peer is gone.
    case unreachable
    case addressInUse(String)
    case cannotBind(String, cause: String)
    case cannotConnect(String, cause: String)
    case notLoopback(String)
    case failed(doing: String, cause: String)
}

extension SocketError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .wouldBlock: "the other side takes no message at the moment"
        case .unreachable: "the other side is gone"
        case .addressInUse(let endpoint):
            "\(endpoint) is in use — another coordinator? stop it, or choose another --bind address"
        case .cannotBind(let endpoint, let cause):
            "cannot listen at \(endpoint): \(cause) — give tcp://ADDRESS:PORT or ipc://PATH"
        case .cannotConnect(let endpoint, let cause):
            "cannot connect to \(endpoint): \(cause) — give tcp://HOST:PORT or ipc://PATH"
        case .notLoopback(let endpoint):
            """
            \(endpoint) can be reached from other hosts, and this coordinator has no keys — make one for each worker with \
            posweep keys new NAME --state STATE, or bind to tcp://127.0.0.1:PORT and use ssh -L, or say --insecure if \
            everybody on that network may send and read everything
            """
        case .failed(let doing, let cause): "could not \(doing): \(cause)"
        }
    }
}
