import Coordination
import Foundation
import ResultsStore
import TestSupport
import Testing

@testable import Cluster

/// Who gets in to a coordinator that has keys, and what those that do may do.
@Suite("Security", .serialized, .timeLimit(.minutes(2)))
struct SecurityTests {
    @Test func `a worker with an authorised key does all the work`() async throws {
        try await withLockedCluster { cluster, keys in
            #expect(cluster.coordinator.isEncrypted)
            let worker = try cluster.worker(try keys.credentials("lab", .worker))
            let sweep = try cluster.coordinator.submit(FakeSweep.definition()).sweep
            let csv = try await cluster.finish(sweep, [worker])
            #expect(csv.split(separator: "\n").count == 7)
        }
    }

    @Test func `an unknown key gets no answer, both sides say so, and it is let in once it is authorised`() async throws
    {
        try await withLockedCluster { cluster, keys in
            let stranger = try keys.credentials("stranger", nil)
            let notices = Notices()
            let worker = try cluster.worker(stranger, notify: notices.add)
            let sweep = try cluster.coordinator.submit(FakeSweep.definition()).sweep
            let refused = await cluster.hears { notice in
                if case .keyRefused(stranger.pair.publicKey, address: "127.0.0.1") = notice { true } else { false }
            }
            #expect(refused)
            let isSaid = await notices.contain { notice in
                if case .refused(let refusal) = notice { refusal.failure == .notAuthorized } else { false }
            }
            #expect(isSaid)
            #expect(cluster.coordinator.workers().isEmpty)
            #expect(throws: Refusal.self) {
                try CoordinatorConnection.ask(.status, at: cluster.coordinator.endpoint, credentials: stranger)
            }
            try keys.ring.authorize(stranger.pair.publicKey, as: "stranger", role: .worker, at: Date())
            let csv = try await cluster.finish(sweep, [worker])
            #expect(csv.split(separator: "\n").count == 7)
        }
    }

    @Test func `a revoked worker loses what it has, and nothing it sends counts`() async throws {
        try await withLockedCluster { cluster, keys in
            let (bad, good) = (try keys.credentials("bad", .worker), try keys.credentials("good", .worker))
            let sweep = try cluster.coordinator.submit(FakeSweep.definition())
            let gate = Gate()
            let notices = Notices()
            let lie = FakeSweep.result(of: TrialID(high: 0, low: 13))
            let revoked = try cluster.worker(
                bad,
                runner: { _, trials, _, report in
                    gate.wait()
                    for trial in trials { try report(.finished(trial, lie)) }
                }, notify: notices.add)
            let isAssigned = await cluster.waits { if case .assigned = $0 { true } else { false } }
            #expect(isAssigned)
            try keys.ring.revoke("bad")
            let isTaken = await cluster.waits { if case .attemptHandedBack = $0 { true } else { false } }
            #expect(isTaken)
            // It finishes what it has been given, and finds nobody to take it.
            gate.open()
            let isShutOut = await notices.contain { notice in
                if case .refused(let refusal) = notice { refusal.failure == .notAuthorized } else { false }
            }
            #expect(isShutOut)
            _ = try await cluster.finish(sweep.sweep, [try cluster.worker(good)], closing: false)
            var maps: [TrialID: TrialResult.Map] = [:]
            try cluster.store.forEachMap(of: sweep.sweep) { maps[$0.trial] = $0.map }
            for trial in sweep.added { #expect(maps[trial] == FakeSweep.result(of: trial).maps.first) }
            try cluster.stop([revoked])
        }
    }

    @Test func `a worker cannot report on what another was given`() async throws {
        try await withLockedCluster { cluster, keys in
            let gate = Gate()
            let worker = try cluster.worker(try keys.credentials("good", .worker)) { body, trials, inputs, report in
                gate.wait()
                try FakeSweep.runner(body, trials, inputs, report)
            }
            let sweep = try cluster.coordinator.submit(FakeSweep.definition())
            var given: AttemptName?
            let isAssigned = await cluster.waits { report in
                if case .assigned(let name, _) = report { given = name }
                return given != nil
            }
            #expect(isAssigned)
            let name = try #require(given)
            let lie = TrialResult(
                metrics: [], maps: [], skipped: [], provenance: FakeSweep.result(of: sweep.added[0]).provenance)
            let hello = Hello(
                worker: WorkerID(high: 1, low: 1), incarnation: 1, host: "liar", programVersion: "test", threads: 1,
                epoch: 0, held: [name])
            let offers = sweep.added.map { WorkerMessage.offer(Offer(name, $0, lie, hasValues: true)) }
            try say([.hello(hello)] + offers + [.goodbye], to: cluster, as: try keys.credentials("bad", .worker))
            let hasLeft = await cluster.waits { if case .workerLeft = $0 { true } else { false } }
            #expect(hasLeft)
            gate.open()
            _ = try await cluster.finish(sweep.sweep, [worker], closing: false)
            var trials: Set<TrialID> = []
            try cluster.store.forEachMap(of: sweep.sweep) { trials.insert($0.trial) }
            #expect(trials == Set(sweep.added), "a result without maps is the liar's")
            try cluster.store.close()
        }
    }

    /// Sends messages as a worker with this key could, and lets them leave.
    private func say(_ messages: [WorkerMessage], to cluster: FakeCluster, as credentials: Credentials) throws {
        let (socket, wakeUp) = (try ZeroMQSocket(.dealer), try WakeUp())
        try socket.show(credentials.pair, to: credentials.coordinator)
        try socket.connect(to: cluster.coordinator.endpoint)
        let deadline = ContinuousClock.now + .seconds(10)
        while try !socket.wait(with: wakeUp, for: .seconds(1), isConnecting: true) { try #require(.now < deadline) }
        for (number, message) in messages.enumerated() {
            let frame = Frame(
                kind: .message, version: ProtocolVersion.spoken.upperBound, session: 0, sequence: UInt64(number),
                body: message.body)
            try socket.send(header: frame.header, body: frame.body)
        }
        try socket.linger(10_000)
    }

    @Test func `a peer without a key, or with another idea of the coordinator's, does not get through`() async throws {
        try await withLockedCluster { cluster, keys in
            let endpoint = cluster.coordinator.endpoint
            #expect(throws: Refusal.self) { try CoordinatorConnection.ask(.status, at: endpoint) }
            let known = try keys.credentials("anna", .admin)
            let misled = Credentials(name: "anna", pair: known.pair, coordinator: try KeyPair().publicKey)
            let refusal = Refusal(endpoint: endpoint, failure: .hungUp, credentials: misled)
            #expect(throws: refusal) { try CoordinatorConnection.ask(.status, at: endpoint, credentials: misled) }
            try cluster.stop()
        }
    }

    @Test func `a key that is shown to a coordinator without keys is not passed over`() throws {
        try withTemporaryFolder { folder in
            let cluster = try FakeCluster(state: folder.appending(path: "state"))
            let credentials = Credentials(name: "anna", pair: try KeyPair(), coordinator: try KeyPair().publicKey)
            #expect(throws: Refusal.self) {
                try CoordinatorConnection.ask(.status, at: cluster.coordinator.endpoint, credentials: credentials)
            }
            try cluster.stop()
        }
    }

    @Test(arguments: AuthorizedKeys.Role.allCases)
    func `what a key may do is what its role says`(role: AuthorizedKeys.Role) async throws {
        try await withLockedCluster { cluster, keys in
            cluster.coordinator.serve { request in .explained(["\(request)"]) }
            let credentials = try keys.credentials("anna", role)
            func mayDo(_ request: ClientRequest) throws -> Bool {
                let answer = try CoordinatorConnection.ask(
                    request, at: cluster.coordinator.endpoint, credentials: credentials)
                if case .explained = answer { return true }
                return false
            }
            #expect(try mayDo(.status) == role.mayAsk)
            #expect(try mayDo(.cancel(sweep: "fake")) == role.mayChange)
            let worker = try cluster.worker(credentials)
            if role.mayWork {
                let hasJoined = await cluster.waits { if case .workerJoined = $0 { true } else { false } }
                #expect(hasJoined)
                try cluster.stop([worker])
            } else {
                guard case .refused(let reason) = worker.waitUntilEnded() else {
                    Issue.record("a \(role) could work")
                    return
                }
                #expect(reason.contains("role is \(role.rawValue)"))
                try cluster.stop()
            }
        }
    }

    @Test func `two keys that claim to be the same worker are two workers`() async throws {
        try await withLockedCluster { cluster, keys in
            let identity = WorkerID(high: 1, low: 2)
            let first = try cluster.worker(try keys.credentials("one", .worker), identity: identity)
            let second = try cluster.worker(try keys.credentials("two", .worker), identity: identity)
            for _ in 0..<2 {
                let hasJoined = await cluster.waits { if case .workerJoined = $0 { true } else { false } }
                #expect(hasJoined)
            }
            let workers = cluster.coordinator.workers()
            #expect(workers.compactMap(\.key).sorted() == ["one", "two"])
            #expect(workers.allSatisfy { $0.state == "connected" })
            try cluster.stop([first, second])
        }
    }

    @Test func `a coordinator does not begin with a key that others can read`() throws {
        try withTemporaryFolder { folder in
            let keys = try TestKeys(in: folder)
            let file = keys.ring.folder.appending(path: "coordinator.key").path
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file)
            #expect(throws: KeyError.open(path: file, mode: 0o644, isSecret: true)) {
                try FakeCluster(state: folder.appending(path: "state"), keys: keys.ring)
            }
        }
    }

    @Test func `with keys a coordinator may be reached from other hosts`() throws {
        try withTemporaryFolder { folder in
            let keys = try TestKeys(in: folder)
            let store = try ResultsStore(folder: folder.appending(path: "state"))
            let none = KeyRing(folder.appending(path: "none"))
            #expect(throws: SocketError.notLoopback("tcp://0.0.0.0:0")) {
                try CoordinatorProcess(store: store, bind: "tcp://0.0.0.0:0", keys: none)
            }
            let coordinator = try CoordinatorProcess(store: store, bind: "tcp://0.0.0.0:0", keys: keys.ring)
            #expect(coordinator.isEncrypted)
            coordinator.stop()
            coordinator.waitUntilEnded()
            try store.close()
        }
    }

    private func withLockedCluster(_ body: (FakeCluster, TestKeys) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let keys = try TestKeys(in: folder)
            try await body(try FakeCluster(state: folder.appending(path: "state"), keys: keys.ring), keys)
        }
    }
}
