import Cluster
import Foundation
import ResultsStore
import TestSupport
import Testing

/// What the protocol relies on, asked of the installed libzmq.
@Suite("ZeroMQ sockets", .timeLimit(.minutes(1)))
struct ZeroMQSocketTests {
    private let header = [UInt8](repeating: 1, count: 32)

    @Test func `a message of two frames arrives, and its answer`() throws {
        let (router, dealer, wakeUp) = try pair()
        try dealer.send(header: header, body: [1, 2, 3])
        try router.wait(with: wakeUp, for: .seconds(10))
        guard case .message(let routing, let received, let body, _) = try router.receive() else {
            Issue.record("nothing has arrived")
            return
        }
        #expect(received == header)
        #expect(body == [1, 2, 3])
        try router.send(header: header, body: [4], to: routing)
        try dealer.wait(with: wakeUp, for: .seconds(10))
        guard case .message(_, _, let answer, _) = try dealer.receive() else {
            Issue.record("no answer has arrived")
            return
        }
        #expect(answer == [4])
    }

    @Test func `a frame above the limit never arrives and costs its sender the connection`() throws {
        let (router, dealer, wakeUp) = try pair()
        try dealer.send(header: header, body: [UInt8](repeating: 0, count: 100_000))
        var isGone = false
        for _ in 0..<100 where !isGone {
            try router.wait(with: wakeUp, for: .milliseconds(50))
            #expect(try router.receive() == nil)
            do throws(SocketError) {
                try dealer.send(header: header, body: [])
            } catch {
                #expect(error == .wouldBlock)
                isGone = true
            }
        }
        #expect(isGone)
    }

    @Test func `a dealer without another side does not queue`() throws {
        let dealer = try ZeroMQSocket(.dealer)
        try dealer.connect(to: "tcp://127.0.0.1:9")
        #expect(throws: SocketError.wouldBlock) { try dealer.send(header: header, body: []) }
    }

    @Test func `a router says when a peer is gone`() throws {
        let router = try ZeroMQSocket(.router)
        _ = try router.bind(to: "tcp://127.0.0.1:0")
        #expect(throws: SocketError.unreachable) { try router.send(header: header, body: [], to: [0, 1, 2, 3, 4]) }
    }

    @Test func `an address in use is named`() throws {
        let first = try ZeroMQSocket(.router)
        let endpoint = try first.bind(to: "tcp://127.0.0.1:0")
        let second = try ZeroMQSocket(.router)
        #expect(throws: SocketError.addressInUse(endpoint)) { try second.bind(to: endpoint) }
    }

    @Test(arguments: ["tcp://*:5555", "tcp://0.0.0.0:5555", "tcp://192.0.2.1:5555"])
    func `an address that others can reach is refused without keys`(endpoint: String) throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder.appending(path: "state"))
            #expect(throws: SocketError.notLoopback(endpoint)) { try CoordinatorProcess(store: store, bind: endpoint) }
            try store.close()
        }
    }

    @Test func `the library can encrypt`() {
        #expect(ZeroMQLibrary.hasCurve)
    }

    private func pair() throws -> (ZeroMQSocket, ZeroMQSocket, WakeUp) {
        let (router, dealer, wakeUp) = (try ZeroMQSocket(.router), try ZeroMQSocket(.dealer), try WakeUp())
        try dealer.connect(to: try router.bind(to: "tcp://127.0.0.1:0"))
        #expect(try dealer.wait(with: wakeUp, for: .seconds(10), isConnecting: true))
        return (router, dealer, wakeUp)
    }
}
