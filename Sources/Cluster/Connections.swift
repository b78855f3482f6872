import Coordination

/// Numbers for the peers of a ROUTER, which knows them by bytes that mean nothing.
///
/// A number belongs to one key: a peer that chose the bytes of another one is somebody else.
struct Connections {
    private struct Connection {
        let routing: [UInt8]
        let user: String?
        var sent: UInt64 = 0
        /// Who said hello on it.
        var worker: WorkerID?
    }

    private var peers: [[UInt8]: Coordinator.Peer] = [:]
    private var connections: [Coordinator.Peer: Connection] = [:]
    private var last: Coordinator.Peer = 0
    private var offences: [[UInt8]: (user: String?, count: Int)] = [:]

    /// Messages that make no sense after which a connection is not listened to any more.
    private static let offencesLimit = 20
    /// Connections whose offences are counted at a time.
    private static let offendersLimit = 4_096

    mutating func peer(for routing: [UInt8], user: String?) -> Coordinator.Peer {
        if let peer = peers[routing] {
            if connections[peer]?.user == user { return peer }
            forget(peer)
        }
        last += 1
        peers[routing] = last
        connections[last] = Connection(routing: routing, user: user)
        return last
    }

    /// The route to a peer and the number of the next message on it.
    mutating func next(for peer: Coordinator.Peer) -> (routing: [UInt8], sequence: UInt64)? {
        guard var connection = connections[peer] else { return nil }
        connection.sent += 1
        connections[peer] = connection
        return (connection.routing, connection.sent)
    }

    mutating func forget(_ peer: Coordinator.Peer) {
        if let connection = connections.removeValue(forKey: peer) { peers[connection.routing] = nil }
    }

    /// Forgets the connections of users that are not known any more.
    mutating func forget(where isUnknown: (String?) -> Bool) {
        for (peer, connection) in connections where isUnknown(connection.user) { forget(peer) }
    }

    /// Notes who says hello on a connection.
    ///
    /// - Returns: Whether it is the first, or the same: one connection is one worker's.
    mutating func introduce(_ worker: WorkerID, on peer: Coordinator.Peer) -> Bool {
        guard let known = connections[peer]?.worker else {
            connections[peer]?.worker = worker
            return true
        }
        return known == worker
    }

    /// The connections on which a worker has said hello.
    var workers: [Coordinator.Peer] { connections.filter { $0.value.worker != nil }.map(\.key) }

    // MARK: Nonsense

    /// Counts a message that makes no sense against its sender, which libzmq has no way to hang up on.
    mutating func blame(_ routing: [UInt8], user: String?) {
        if offences[routing] == nil, offences.count >= Self.offendersLimit { offences = [:] }
        let count = offences[routing].map { $0.user == user ? $0.count : 0 } ?? 0
        offences[routing] = (user, count + 1)
    }

    func isMuted(_ routing: [UInt8], user: String?) -> Bool {
        guard !offences.isEmpty, let offence = offences[routing] else { return false }
        return offence.count >= Self.offencesLimit && offence.user == user
    }
}
