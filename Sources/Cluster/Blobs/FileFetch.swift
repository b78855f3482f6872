import Coordination
import Experiments
import Foundation

/// The fetching of one file whose name and size are known.
struct FileFetch: BlobFetch {
    private let digest: ContentDigest
    private let file: TrialArtifact
    /// What people call it.
    private let subject: String
    private let cache: BlobCache
    let connection: BlobConnection
    var transfer = BlobTransfer()

    init?(_ file: TrialArtifact, _ subject: String, _ cache: BlobCache, _ connection: BlobConnection) {
        guard let digest = ContentDigest(bytes: file.name.bytes) else { return nil }
        (self.digest, self.file, self.subject, self.cache, self.connection) = (digest, file, subject, cache, connection)
    }

    /// Fetches it into the cache, and returns when it is there.
    mutating func run(_ report: (String) throws -> Void) throws {
        let kept = cache.kept(digest)
        try cache.makeRoom(for: max(0, file.size - kept))
        try handle(.wanted([BlobTransfer.Wanted(file.name, size: file.size, kept: kept)]))
        try follow(report)
    }

    var progress: String { "fetching \(subject), \(file.size >> 20) MiB" }

    mutating func carryOut(_ effect: BlobTransfer.Effect) throws {
        switch effect {
        case .send(let request): connection.send(request)
        case .write(_, let offset, let piece): try cache.write(piece, of: digest, at: offset)
        case .check(let name): try handle(.checked(name, isSound: try cache.conclude(digest)))
        case .failed(_, let failure): throw FetchError.blob(digest, subject: subject, failure)
        case .reconnect(let failures): connection.reconnect(afterFailures: failures)
        case .wake(let moment): connection.wake(at: moment)
        // Its size is known, so nobody looks.
        case .look, .finished: break
        }
    }
}

extension ContentFetcher {
    /// A file's bytes, fetched from the coordinator; it does not stay in the cache.
    ///
    /// - Parameters:
    ///   - file: Its name and size.
    ///   - subject: What people call it.
    ///   - report: Is told how far it is, several times a second. What it throws ends the fetching.
    /// - Returns: The bytes, compared with the name.
    /// - Throws: ``FetchError`` or ``BlobCacheError`` where it cannot be had, `SocketError`, and what `report` throws.
    func file(_ file: TrialArtifact, _ subject: String, report: (_ note: String) throws -> Void) throws -> Data {
        guard let digest = ContentDigest(bytes: file.name.bytes) else { return Data() }
        let use = try cache.use([digest])
        defer { withExtendedLifetime(use) {} }
        let lock = try lock(digest, report)
        defer { withExtendedLifetime(lock) {} }
        if cache.find(digest) == nil {
            var fetch = FileFetch(file, subject, cache, try BlobConnection(to: endpoint, credentials))
            try fetch?.run(report)
        }
        defer { cache.remove(digest) }
        guard let path = cache.find(digest), let data = try? Data(contentsOf: URL(filePath: path)) else {
            throw FetchError.blob(digest, subject: subject, .otherContent)
        }
        return data
    }
}
