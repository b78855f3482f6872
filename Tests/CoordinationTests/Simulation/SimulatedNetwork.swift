import Coordination

/// Connections that keep the order of their messages, delay them, lose their tail, and tell nobody when they break.
///
/// This is what we measured of ZeroMQ: within a connection nothing is lost or overtaken, but a connection can end with
/// messages in it, on either way alone, and what an old connection still carried may arrive after the new one's hello.
struct SimulatedNetwork {
    typealias ConnectionID = Int

    struct Connection {
        let worker: Int
        /// The lives of the two processes that it joins.
        let workerLife: Int
        let coordinatorLife: Int
        /// Nil after the coordinator has closed it; the next message makes it another peer.
        var peer: Coordinator.Peer?
        var carriesUp = true
        var carriesDown = true
        /// When the last message arrives; no later one arrives before.
        var lastUp = Duration.zero
        var lastDown = Duration.zero
    }

    private(set) var connections: [ConnectionID: Connection] = [:]
    private var byPeer: [Coordinator.Peer: ConnectionID] = [:]
    private var lastConnection = 0
    private var lastPeer: Coordinator.Peer = 0

    mutating func connect(worker: Int, life: Int, coordinatorLife: Int) -> ConnectionID {
        lastConnection += 1
        connections[lastConnection] = Connection(worker: worker, workerLife: life, coordinatorLife: coordinatorLife)
        return lastConnection
    }

    mutating func peer(of connection: ConnectionID) -> Coordinator.Peer? {
        guard connections[connection] != nil else { return nil }
        if let peer = connections[connection]?.peer { return peer }
        lastPeer += 1
        connections[connection]?.peer = lastPeer
        byPeer[lastPeer] = connection
        return lastPeer
    }

    func connection(of peer: Coordinator.Peer) -> ConnectionID? { byPeer[peer] }

    mutating func close(_ peer: Coordinator.Peer) {
        guard let connection = byPeer.removeValue(forKey: peer) else { return }
        connections[connection]?.peer = nil
    }

    /// From now on nothing more is carried, either way or one way only.
    mutating func breakDown(_ connection: ConnectionID, up: Bool = true, down: Bool = true) {
        if up { connections[connection]?.carriesUp = false }
        if down { connections[connection]?.carriesDown = false }
    }

    /// When a message that is sent now arrives, or nil if it never does.
    mutating func arrival(
        on connection: ConnectionID, isUp: Bool, at now: Duration, _ random: inout SplitMix64
    ) -> Duration? {
        guard let state = connections[connection], isUp ? state.carriesUp : state.carriesDown else { return nil }
        let usual = Duration.milliseconds(Int.random(in: 1...40, using: &random))
        let delay = random.percent(2) ? usual * 100 : usual
        let arrival = max(now + delay, (isUp ? state.lastUp : state.lastDown) + .microseconds(1))
        if isUp { connections[connection]?.lastUp = arrival } else { connections[connection]?.lastDown = arrival }
        return arrival
    }
}
