import Cluster
import Coordination
import Foundation
import TestSupport
import Testing

/// Strangers and authorised liars against the program as it is installed.
@Suite("Hostile peers", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct HostilePeersTests {
    private static let messages = 20_000
    /// More than the allocator's slack, far less than what any kind of message would leave behind.
    private static let growth = 16 << 20

    @Test func `strangers get no answer, cost no memory and disturb nobody`() async throws {
        try await withTemporaryFolder { folder in
            let site = try await Site(in: folder)
            var traffic = HostileTraffic(seed: 1)
            let endpoint = try LoopbackEndpoint(site.endpoint)
            var (sent, memory) = (0, 0)
            while sent < Self.messages {
                let (bytes, messages) = traffic.connection()
                let answer = try RawConnection(to: endpoint).exchange(bytes)
                // The greeting of ZMTP and a welcome or an error of its handshake, and never a word of ours.
                #expect(answer.count <= 64 + 256)
                #expect(answer.firstRange(of: Array("PSWP".utf8)) == nil)
                sent += messages
                if memory == 0, sent > Self.messages / 10 { memory = try site.memory() }
            }
            #expect(try site.memory() - memory < Self.growth)
            // Keys that nobody has authorised come no further, although they encrypt.
            for _ in 0..<100 {
                let stranger = try Credentials(name: "eve", pair: KeyPair(), coordinator: site.coordinatorKey)
                let refusal = Refusal(endpoint: site.endpoint, failure: .notAuthorized, credentials: stranger)
                #expect(throws: refusal) {
                    try CoordinatorConnection.ask(.status, at: site.endpoint, credentials: stranger)
                }
            }
            try await site.finishUndisturbed()
        }
    }

    @Test func `an authorised peer that sends nonsense costs no memory and disturbs nobody`() async throws {
        try await withTemporaryFolder { folder in
            let site = try await Site(in: folder)
            try await site.run("keys", "new", "eve", "--role", "admin", "--state", "state")
            let file = folder.appending(path: "eve.key")
            let credentials = try KeyFile(reading: file).credentials(path: file.path)
            var traffic = HostileTraffic(seed: 2)
            var (sent, memory) = (0, 0)
            while sent < Self.messages {
                let peer = try HostilePeer(to: site.endpoint, credentials)
                for _ in 0..<100 {
                    let (frames, isLast) = traffic.message()
                    guard try peer.send(frames) else { break }
                    sent += 1
                    if isLast { break }
                }
                try peer.leave()
                if memory == 0, sent > Self.messages / 10 { memory = try site.memory() }
            }
            #expect(try site.memory() - memory < Self.growth)
            try await site.run("keys", "revoke", "eve", "--state", "state")
            try await site.finishUndisturbed()
        }
    }
}

extension Site {
    /// A coordinator and an honest worker, with a small sweep to do.
    fileprivate convenience init(in folder: URL) async throws {
        try await self.init(in: folder, sweep: TinySweep.text.replacing("[none, vgg16]", with: "[none]"))
        try await startWorkers(1)
    }

    /// What the coordinator has in memory, in bytes.
    fileprivate func memory() throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(coordinator.identifier)/statm", encoding: .utf8)
        let pages = try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    /// Does a sweep with the honest worker, which has kept its one session all the time.
    fileprivate func finishUndisturbed() async throws {
        try await submit()
        #expect(await coordinator.says("sweep tiny has ended"))
        let status = try await run("status", "--coordinator", endpoint)
        #expect(status.output.contains("(worker-0): connected"), "\(status.output)")
        try await finish()
        let said = seats[0].process.saidSoFar
        #expect(said.ranges(of: "joined the coordinator").count == 1, "\(said)")
        for trouble in ["refused", "silent", "trying again"] { #expect(!said.contains(trouble), "\(said)") }
    }
}
