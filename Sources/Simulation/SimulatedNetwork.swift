import Coordination

/// Connections that delay messages, lose their tail, and tell nobody when they break.
///
/// This is what we measured of ZeroMQ: within a connection nothing is lost or overtaken, but a connection can end with
/// messages in it, on either way alone, and what an old connection still carried may arrive after the new one's hello.
/// A network that is worse than that also loses, repeats and reorders within a connection.
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
        /// When the last message arrives; no later one arrives before, unless messages overtake each other.
        var lastUp = Duration.zero
        var lastDown = Duration.zero
    }

    /// Of a hundred messages, so many get lost, come twice, or are overtaken.
    var loss = 0
    var repetition = 0
    var overtaking = 0
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

    /// When a message that is sent now arrives: never, once, or twice.
    mutating func arrivals(
        on connection: ConnectionID, isUp: Bool, at now: Duration, _ random: inout SplitMix64
    ) -> [Duration] {
        guard let state = connections[connection], isUp ? state.carriesUp : state.carriesDown else { return [] }
        if loss > 0, random.percent(loss) { return [] }
        let usual = Duration.milliseconds(random.number(in: 1...40))
        let delay = random.percent(2) ? usual * 100 : usual
        var arrival = now + delay
        if overtaking == 0 || !random.percent(overtaking) {
            arrival = max(arrival, (isUp ? state.lastUp : state.lastDown) + .microseconds(1))
            if isUp { connections[connection]?.lastUp = arrival } else { connections[connection]?.lastDown = arrival }
        }
        guard repetition > 0, random.percent(repetition) else { return [arrival] }
        return [arrival, arrival + .milliseconds(random.number(in: 1...30_000))]
    }
}

extension SimulatedNetwork {
    /// From now on every message arrives once, and in its order.
    mutating func calmDown() { (loss, repetition, overtaking) = (0, 0, 0) }
}
