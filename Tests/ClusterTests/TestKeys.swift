import Foundation
import Synchronization

@testable import Cluster

/// A coordinator's folder of keys, and keys for its peers.
struct TestKeys {
    let ring: KeyRing
    let coordinator: PublicKey

    init(in folder: URL) throws {
        ring = KeyRing(folder.appending(path: "keys"))
        coordinator = try ring.makePair().pair.publicKey
    }

    /// A new key, authorised where it has a role.
    func credentials(_ name: String, _ role: AuthorizedKeys.Role?) throws -> Credentials {
        let pair = try KeyPair()
        if let role { try ring.authorize(pair.publicKey, as: name, role: role, at: Date()) }
        return Credentials(name: name, pair: pair, coordinator: coordinator)
    }
}

/// What a worker says, for a test that waits for something of it.
final class Notices: Sendable {
    private let stream: AsyncStream<WorkerProcess.Notice>
    private let continuation: AsyncStream<WorkerProcess.Notice>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream()
    }

    @Sendable func add(_ notice: WorkerProcess.Notice) {
        continuation.yield(notice)
    }

    /// Waits for such a notice.
    func contain(_ isIt: (WorkerProcess.Notice) -> Bool) async -> Bool {
        for await notice in stream where isIt(notice) { return true }
        return false
    }
}
