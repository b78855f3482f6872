import CZeroMQ
import TestSupport
import Testing

@testable import Cluster

/// What security relies on, asked of the installed libzmq; the numbers are those of the experiments behind it.
@Suite("Encrypted sockets", .serialized, .timeLimit(.minutes(1)))
struct EncryptedSocketTests {
    private let header = [UInt8](repeating: 1, count: 32)
    private let server: KeyPair
    private let client: KeyPair

    /// Never ended: ending one context while another encrypts is not safe in 4.3.4.
    private static let contextWithoutZAP = try? ZeroMQContext()

    init() throws {
        server = try KeyPair()
        client = try KeyPair()
    }

    @Test func `a message has its sender's key on it, after a poll too (E3)`() throws {
        let context = try ZeroMQContext.shared()
        try context.admit(to: "E3") { [client] key, address in key == client.publicKey && address == "127.0.0.1" }
        defer { context.close("E3") }
        let router = try ZeroMQSocket(.router)
        try router.encrypt(as: server, domain: "E3")
        let (dealer, wakeUp) = (try ZeroMQSocket(.dealer), try WakeUp())
        try dealer.show(client, to: server.publicKey)
        try dealer.connect(to: try router.bind(to: "tcp://127.0.0.1:0"))
        try #expect(open(dealer) == nil)
        try dealer.send(header: header, body: [7])
        try router.wait(with: wakeUp, for: .seconds(10))
        guard case .message(let routing, _, let body, let user) = try router.receive() else {
            Issue.record("nothing has arrived")
            return
        }
        #expect(body == [7])
        #expect(user == client.publicKey.description)
        // The other way nobody is named: a client knows whom it talks to.
        try router.send(header: header, body: [8], to: routing)
        try dealer.wait(with: wakeUp, for: .seconds(10))
        guard case .message(_, _, [8], nil) = try dealer.receive() else {
            Issue.record("no answer has arrived")
            return
        }
    }

    @Test func `where no thread is asked, nobody gets in (E4)`() throws {
        let context = try #require(Self.contextWithoutZAP)
        let router = try ZeroMQSocket(.router, in: context)
        try router.encrypt(as: server, domain: "E4")
        let dealer = try ZeroMQSocket(.dealer, in: context)
        try dealer.show(client, to: server.publicKey)
        try dealer.connect(to: try router.bind(to: "tcp://127.0.0.1:0"))
        try #expect(open(dealer) != nil)
        #expect(throws: SocketError.wouldBlock) { try dealer.send(header: header, body: []) }
        #expect(try router.receive() == nil)
    }

    @Test func `without the option that enforces the question, everybody would get in (E4)`() throws {
        let context = try #require(Self.contextWithoutZAP)
        let router = try SocketHandle(ZMQ_ROUTER, in: context.pointer)
        try router.set(ZMQ_CURVE_SERVER, 1)
        try router.set(ZMQ_CURVE_SECRETKEY, bytes: server.secret)
        try router.set(ZMQ_ZAP_DOMAIN, bytes: Array("E4".utf8))
        let dealer = try ZeroMQSocket(.dealer, in: context)
        try dealer.show(client, to: server.publicKey)
        try dealer.connect(to: try router.bind(to: "tcp://127.0.0.1:0"))
        try #expect(open(dealer) == nil)
        try dealer.send(header: header, body: [7])
        #expect(try router.awaitMessage()?.frames.last == [7])
    }

    @Test func `a stranger's frame beyond the limit ends its connection before it has come (E5)`() throws {
        let (router, endpoint) = try lockedRouter(domain: "E5")
        let stranger = try RawConnection(to: endpoint)
        // The first 2,000 of 200 MiB, and no more of them: nobody waits for the rest.
        try stranger.write(ZMTPPeer.greeting(mechanism: "CURVE") + [6, 0, 0, 0, 0, 12, 128, 0, 0])
        try stranger.write([UInt8](repeating: 0, count: 2_000))
        #expect(try stranger.readToEnd().count <= 64)
        withExtendedLifetime(router) {}
    }

    @Test(arguments: ["NULL", "PLAIN", "GSSAPI", "curve"])
    func `no other mechanism gets in where keys are asked for (E16)`(mechanism: String) throws {
        let (router, endpoint) = try lockedRouter(domain: "E16")
        let stranger = try RawConnection(to: endpoint)
        try stranger.write(ZMTPPeer.greeting(mechanism: mechanism))
        // A greeting, perhaps an error of the handshake, and the end.
        #expect(try stranger.readToEnd().count < 128)
        withExtendedLifetime(router) {}
    }

    @Test func `who connects and says nothing is hung up on (E16)`() throws {
        let (router, endpoint) = try lockedRouter(domain: "silent", handshakeMilliseconds: 200)
        let stranger = try RawConnection(to: endpoint)
        #expect(try stranger.readToEnd().count <= 64)
        withExtendedLifetime(router) {}
    }

    @Test func `where the thread knows nothing of a domain, nobody gets in`() throws {
        let context = try ZeroMQContext.shared()
        try context.admit(to: "another") { _, _ in true }
        defer { context.close("another") }
        let router = try ZeroMQSocket(.router)
        try router.encrypt(as: server, domain: "forgotten")
        let dealer = try ZeroMQSocket(.dealer)
        try dealer.show(client, to: server.publicKey)
        try dealer.connect(to: try router.bind(to: "tcp://127.0.0.1:0"))
        try #expect(open(dealer) == .notAuthorized)
    }

    @Test func `a frame may have the limit less what encryption adds (E13)`() throws {
        let context = try ZeroMQContext.shared()
        try context.admit(to: "E13") { _, _ in true }
        defer { context.close("E13") }
        let router = try ZeroMQSocket(.router)
        try router.encrypt(as: server, domain: "E13")
        let endpoint = try router.bind(to: "tcp://127.0.0.1:0")
        for (bytes, arrives) in [(69_632 - 33, true), (69_632 - 32, false)] {
            let (dealer, wakeUp) = (try ZeroMQSocket(.dealer), try WakeUp())
            try dealer.show(client, to: server.publicKey)
            try dealer.connect(to: endpoint)
            try #expect(open(dealer) == nil)
            try dealer.send(header: header, body: [UInt8](repeating: 0, count: bytes))
            if arrives {
                try router.wait(with: wakeUp, for: .seconds(10))
                #expect(try router.receive() != nil)
                continue
            }
            // The connection ends, and nothing of the message is ever seen.
            var isOpen = true
            for _ in 0..<200 where isOpen {
                isOpen = try dealer.wait(with: wakeUp, for: .zero, isConnecting: true)
                try router.wait(with: wakeUp, for: .milliseconds(50))
                #expect(try router.receive() == nil)
            }
            #expect(!isOpen)
        }
    }

    /// A socket that nobody gets in to, and where it listens.
    private func lockedRouter(
        domain: String, handshakeMilliseconds: Int32 = 120_000
    ) throws -> (ZeroMQSocket, LoopbackEndpoint) {
        let router = try ZeroMQSocket(.router)
        try router.encrypt(as: server, domain: domain)
        // Other reasons to hang up come later than a test would wait.
        try router.handle.set(ZMQ_HANDSHAKE_IVL, handshakeMilliseconds)
        return (router, try LoopbackEndpoint(try router.bind(to: "tcp://127.0.0.1:0")))
    }

    /// Waits until a connection has come about, or it is known why not.
    private func open(_ dealer: ZeroMQSocket) throws -> HandshakeFailure? {
        let wakeUp = try WakeUp()
        for _ in 0..<1_000 {
            if try dealer.wait(with: wakeUp, for: .milliseconds(100), isConnecting: true) { return nil }
            if let failure = try dealer.handshakeFailure() { return failure }
        }
        Issue.record("neither a connection nor a reason why not")
        return nil
    }
}
