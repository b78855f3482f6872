import CZeroMQ
import Glibc
import TestSupport
import Testing

@testable import Cluster

/// How the installed libzmq behaves where the protocol relies on it, or keeps away from it.
///
/// Whoever upgrades the library learns here what has changed; the numbers are those of the experiments behind the protocol.
@Suite("Contract with libzmq", .serialized, .timeLimit(.minutes(2)))
struct LibraryContractTests {
    private let context: ZeroMQContext

    init() throws {
        context = try ZeroMQContext.shared()
    }

    // MARK: Who a peer is

    @Test func `who takes another's routing identifier is never heard, not even after the other has left (E1)`() throws
    {
        let (router, endpoint) = try router()
        let first = try dealer(to: endpoint, routing: "worker", named: "E1-first")
        try first.socket.send([[1]])
        #expect(try router.awaitMessage()?.frames.last == [1])
        let second = try dealer(to: endpoint, routing: "worker", named: "E1-second")
        try second.socket.send([[2]])
        let witness = try dealer(to: endpoint, named: "E1-witness")
        try witness.socket.send([[3]])
        #expect(try router.awaitMessage()?.frames.last == [3])
        first.socket.close()
        try second.socket.send([[2]])
        try witness.socket.send([[4]])
        #expect(try router.awaitMessage()?.frames.last == [4])
    }

    @Test func `with handover the second owner of a routing identifier gets what is meant for the first (E1)`() throws {
        let (router, endpoint) = try router { try $0.set(ZMQ_ROUTER_HANDOVER, 1) }
        let first = try dealer(to: endpoint, routing: "worker", named: "E1-robbed")
        try first.socket.send([[1]])
        #expect(try router.awaitMessage()?.frames.last == [1])
        let second = try dealer(to: endpoint, routing: "worker", named: "E1-thief")
        try second.socket.send([[2]])
        #expect(try router.awaitMessage()?.frames.last == [2])
        try router.send([Array("worker".utf8), [9]])
        #expect(try second.socket.awaitMessage()?.frames == [[9]])
    }

    @Test func `each connection has a routing identifier of its own, unless one was chosen`() throws {
        let (router, endpoint) = try router()
        var identifiers: Set<[UInt8]> = []
        for number in 0..<3 {
            let dealer = try dealer(to: endpoint, named: "own-\(number)")
            try dealer.socket.send([[1]])
            identifiers.insert(try #require(try router.awaitMessage()).frames[0])
        }
        #expect(identifiers.count == 3)
        #expect(identifiers.allSatisfy { $0.count == 5 && $0[0] == 0 })
    }

    // MARK: What is queued

    @Test func `frames of a message that does not end are taken without limit (E2)`() throws {
        let (router, endpoint) = try router { try $0.set(ZMQ_RCVHWM, 10) }
        let peer = try ZMTPPeer(to: try LoopbackEndpoint(endpoint))
        let frame = [UInt8](repeating: 7, count: 16_384)
        // More than the kernel holds for a connection, so somebody reads it; and it is not the program.
        for _ in 0..<2_000 { try peer.write(frame, isLast: false) }
        #expect(try router.receive(keeping: 1) == nil)
        try peer.write([8], isLast: true)
        #expect(try router.awaitMessage()?.count == 2_002)
    }

    @Test func `sending succeeds although nobody reads, up to the marks of both sides, and then it would block (E7)`()
        throws
    {
        let (router, endpoint) = try router { try $0.set(ZMQ_RCVHWM, 10) }
        let dealer = try dealer(to: endpoint, named: "E7-full") { try $0.set(ZMQ_SNDHWM, 10) }
        let megabyte = [UInt8](repeating: 1, count: 1 << 20)
        let taken = try dealer.socket.fill(with: megabyte, upTo: 1_000)
        #expect((10..<1_000).contains(taken))
        for _ in 0..<taken { #expect(try router.awaitMessage()?.frames.last == megabyte) }
    }

    @Test func `a router refuses what a peer that does not read has no room for, and drops nothing`() throws {
        let (router, endpoint) = try router {
            try $0.set(ZMQ_ROUTER_MANDATORY, 1)
            try $0.set(ZMQ_SNDHWM, 10)
        }
        let dealer = try dealer(to: endpoint, named: "mandatory") { try $0.set(ZMQ_RCVHWM, 10) }
        try dealer.socket.send([[1]])
        let routing = try #require(try router.awaitMessage()).frames[0]
        let megabyte = [UInt8](repeating: 1, count: 1 << 20)
        var taken = 0
        #expect(throws: SocketError.wouldBlock) {
            while taken < 1_000 {
                try router.send([routing, megabyte])
                taken += 1
            }
        }
        for _ in 0..<taken { #expect(try dealer.socket.awaitMessage()?.frames == [megabyte]) }
    }

    @Test func `without ZMTP's heartbeats a receiver that stalls loses nothing (E6)`() throws {
        let (router, endpoint) = try router { try $0.set(ZMQ_RCVHWM, 10) }
        let dealer = try dealer(to: endpoint, named: "E6-off") { try $0.set(ZMQ_SNDHWM, 0) }
        let frame = [UInt8](repeating: 1, count: 1_024)
        #expect(try dealer.socket.fill(with: frame, upTo: 3_000) == 3_000)
        for _ in 0..<3_000 { #expect(try router.awaitMessage()?.frames.last == frame) }
    }

    @Test func `with ZMTP's heartbeats it loses messages whose sending had succeeded (E6)`() throws {
        let (router, endpoint) = try router {
            try $0.set(ZMQ_RCVHWM, 10)
            // So that the kernel does not hold all of it for a reader that comes late.
            try $0.set(ZMQ_RCVBUF, 65_536)
        }
        let dealer = try dealer(to: endpoint, named: "E6-on") {
            try $0.set(ZMQ_SNDHWM, 0)
            try $0.set(ZMQ_SNDBUF, 65_536)
            try $0.set(ZMQ_HEARTBEAT_IVL, 100)
            try $0.set(ZMQ_HEARTBEAT_TIMEOUT, 300)
        }
        let frame = [UInt8](repeating: 1, count: 1_024)
        #expect(try dealer.socket.fill(with: frame, upTo: 3_000) == 3_000)
        #expect(try dealer.events.await(ZMQ_EVENT_DISCONNECTED))
        // What is left in the receiver's buffers still comes; then the connection's end.
        let last = try self.dealer(to: endpoint, named: "E6-last")
        try last.socket.send([[2]])
        var received = 0
        while let message = try router.awaitMessage(), message.frames.last != [2] { received += 1 }
        #expect(received < 3_000)
    }

    @Test func `the library answers a ping for a program that does not (E7)`() throws {
        let (router, endpoint) = try router()
        let peer = try ZMTPPeer(to: try LoopbackEndpoint(endpoint))
        try peer.ping([1, 2, 3])
        #expect(try peer.readFrame().starts(with: ZMTPPeer.name("PONG") + [1, 2, 3]))
        withExtendedLifetime(router) {}
    }

    @Test func `a network that carries nothing for a while loses nothing (E9)`() throws {
        let (router, endpoint) = try router()
        let proxy = try FaultProxy(to: try LoopbackEndpoint(endpoint), seed: 9)
        defer { proxy.stop() }
        let dealer = try dealer(to: proxy.endpoint, named: "E9") { try $0.set(ZMQ_SNDHWM, 0) }
        proxy.turn(Weather(Faults(isBlocked: true)))
        for number in 0..<UInt8(100) { try dealer.socket.send([[number]]) }
        #expect(try router.receive(keeping: 1) == nil)
        proxy.turn(.fair)
        for number in 0..<UInt8(100) { #expect(try router.awaitMessage()?.frames.last == [number]) }
        try dealer.events.takeAll()
        #expect(!dealer.events.seen.contains(ZMQ_EVENT_DISCONNECTED))
    }

    @Test func `what was taken is lost with the connection, and nobody is told`() throws {
        let (router, endpoint) = try router()
        let proxy = try FaultProxy(to: try LoopbackEndpoint(endpoint), seed: 10)
        defer { proxy.stop() }
        let dealer = try dealer(to: proxy.endpoint, named: "lost")
        proxy.turn(Weather(Faults(bytesUntilCut: 0...0)))
        try dealer.socket.send([[1]])
        #expect(try dealer.events.await(ZMQ_EVENT_DISCONNECTED))
        proxy.turn(.fair)
        let witness = try self.dealer(to: endpoint, named: "lost-witness")
        try witness.socket.send([[2]])
        #expect(try router.awaitMessage()?.frames.last == [2])
        #expect(proxy.tally.cuts == 1)
    }

    // MARK: One socket, one session

    @Test func `a dealer that was refused never tries again by itself, and takes no message (E8)`() throws {
        let port = try SilentPort()
        let endpoint = port.endpoint.description
        let refused = try dealer(to: endpoint, named: "E8-refused", isAwaited: false)
        #expect(try refused.events.await(ZMQ_EVENT_CLOSED))
        #expect(throws: SocketError.wouldBlock) { try refused.socket.send([[1]]) }
        port.release()
        let (router, _) = try router(at: endpoint)
        let next = try dealer(to: endpoint, named: "E8-next")
        try next.socket.send([[2]])
        #expect(try router.awaitMessage()?.frames.last == [2])
        #expect(throws: SocketError.wouldBlock) { try refused.socket.send([[1]]) }
        try refused.events.takeAll()
        #expect(!refused.events.seen.contains(ZMQ_EVENT_CONNECT_RETRIED))
    }

    @Test func `a dealer whose peer has left takes no message and does not come back (E8)`() throws {
        let (router, endpoint) = try router()
        let left = try dealer(to: endpoint, named: "E8-left")
        router.close()
        #expect(try left.events.await(ZMQ_EVENT_DISCONNECTED))
        let (second, _) = try self.router(at: endpoint)
        let next = try dealer(to: endpoint, named: "E8-after")
        try next.socket.send([[2]])
        #expect(try second.awaitMessage()?.frames.last == [2])
        // The socket learns of the end when it looks for news, and sending looks only now and then: what is sent before is lost.
        #expect(try SocketHandle.wait(for: .zero, [.socket(left.socket, isWriting: true)]) == [false])
        #expect(throws: SocketError.wouldBlock) { try left.socket.send([[1]]) }
    }

    @Test func `messages of one connection arrive in the order in which they were sent`() throws {
        let (router, endpoint) = try router()
        let dealer = try dealer(to: endpoint, named: "order") { try $0.set(ZMQ_SNDHWM, 0) }
        for number in 0..<UInt8.max { try dealer.socket.send([[number]]) }
        for number in 0..<UInt8.max { #expect(try router.awaitMessage()?.frames.last == [number]) }
    }

    // MARK: Sockets

    private typealias Dealer = (socket: SocketHandle, events: ConnectionEvents)

    private func router(
        at address: String = LoopbackEndpoint.ofItsOwn().description, _ set: (SocketHandle) throws -> Void = { _ in }
    ) throws -> (SocketHandle, String) {
        let router = try SocketHandle(ZMQ_ROUTER, in: context.pointer)
        try set(router)
        return (router, try bind(router, to: address))
    }

    /// Listens there; of a socket that has listened there before, a process that another test starts at the moment may have a copy.
    private func bind(_ router: SocketHandle, to address: String) throws -> String {
        let deadline = ContinuousClock.now + .seconds(60)
        var bound = Result { try router.bind(to: address) }
        while case .failure(SocketError.addressInUse) = bound, .now < deadline {
            sched_yield()
            bound = Result { try router.bind(to: address) }
        }
        return try bound.get()
    }

    /// A dealer with the protocol's options, which has its connection unless a test knows better.
    private func dealer(
        to endpoint: String, routing: String? = nil, named name: String, isAwaited: Bool = true,
        _ set: (SocketHandle) throws -> Void = { _ in }
    ) throws -> Dealer {
        let dealer = try SocketHandle(ZMQ_DEALER, in: context.pointer)
        try dealer.set(ZMQ_RECONNECT_IVL, -1)
        try dealer.set(ZMQ_IMMEDIATE, 1)
        if let routing { try dealer.set(ZMQ_ROUTING_ID, bytes: Array(routing.utf8)) }
        try set(dealer)
        let events = try ConnectionEvents(of: dealer, named: name)
        try dealer.connect(to: endpoint)
        if isAwaited {
            try #require(try events.await(ZMQ_EVENT_HANDSHAKE_SUCCEEDED))
            _ = try SocketHandle.wait(for: .seconds(10), [.socket(dealer, isWriting: true)])
        }
        return (dealer, events)
    }
}
