import Coordination
import Testing

@testable import Cluster

/// Which messages belong together, whatever a peer claims.
@Suite("Connections")
struct ConnectionsTests {
    @Test func `a peer that takes another's routing identifier is somebody else, and gets nothing meant for it`() {
        var connections = Connections()
        let honest = connections.peer(for: [0, 1, 2, 3, 4], user: "anna")
        let again = connections.peer(for: [0, 1, 2, 3, 4], user: "anna")
        #expect(again == honest)
        let thief = connections.peer(for: [0, 1, 2, 3, 4], user: "eve")
        #expect(thief != honest)
        let (lost, found) = (connections.next(for: honest), connections.next(for: thief))
        #expect(lost == nil)
        #expect(found?.routing == [0, 1, 2, 3, 4])
    }

    @Test func `a connection is one worker's`() {
        var connections = Connections()
        let peer = connections.peer(for: [1], user: nil)
        let isTaken = [1, 1, 2].map { connections.introduce(WorkerID(high: 1, low: $0), on: peer) }
        #expect(isTaken == [true, true, false])
    }

    @Test func `twenty messages without sense are the last that are heard of a connection`() {
        var connections = Connections()
        for _ in 0..<19 { connections.blame([1], user: "eve") }
        #expect(!connections.isMuted([1], user: "eve"))
        connections.blame([1], user: "eve")
        #expect(connections.isMuted([1], user: "eve"))
        // Neither others nor who comes after pay for it.
        #expect(!connections.isMuted([1], user: "anna"))
        #expect(!connections.isMuted([2], user: "eve"))
    }

    @Test func `a worker's identifier is that of its key`() throws {
        var admission = Admission(AuthorizedKeys())
        let (one, other) = (try KeyPair().publicKey, try KeyPair().publicKey)
        let claimed = WorkerID(high: 1, low: 2)
        let first = admission.identifier(of: claimed, key: one)
        let again = admission.identifier(of: claimed, key: one)
        #expect(again == first)
        let stolen = admission.identifier(of: claimed, key: other)
        #expect(stolen != first)
        let second = admission.identifier(of: WorkerID(high: 1, low: 3), key: one)
        #expect(second != first)
    }

    @Test func `with keys nobody is anybody, and who is taken off the list is a stranger`() throws {
        let key = try KeyPair().publicKey
        let entry = AuthorizedKeys.Entry(name: "anna", key: key, role: .worker, added: "today")
        var admission = Admission(AuthorizedKeys([entry]))
        guard case .known(entry) = admission.verdict(on: key.description), case .stranger = admission.verdict(on: nil),
            case .stranger = admission.verdict(on: "")
        else {
            Issue.record("the wrong ones are let in")
            return
        }
        let worker = admission.identifier(of: WorkerID(high: 1, low: 2), key: key)
        let none = admission.replace(AuthorizedKeys([entry]))
        #expect(none.isEmpty)
        #expect(admission.keyName(of: worker) == "anna")
        let demoted = AuthorizedKeys.Entry(name: "anna", key: key, role: .client, added: "today")
        let revoked = admission.replace(AuthorizedKeys([demoted]))
        #expect(revoked == [worker])
        _ = admission.replace(AuthorizedKeys())
        guard case .stranger = admission.verdict(on: key.description) else {
            Issue.record("a revoked key counts")
            return
        }
        guard case .anybody = Admission(nil).verdict(on: nil) else {
            Issue.record("without keys somebody is refused")
            return
        }
    }
}
