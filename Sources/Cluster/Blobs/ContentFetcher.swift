package import Coordination
package import Experiments
import Foundation

/// Sees to it that what a task reads is on this host: from its own cache, a folder that it shares, or the coordinator.
package struct ContentFetcher: Sendable {
    package let cache: BlobCache
    let endpoint: String
    let credentials: Credentials?
    private let sharesFolders: Bool

    /// - Parameters:
    ///   - cache: Where fetched contents are kept.
    ///   - endpoint: Where the coordinator hands out blobs.
    ///   - credentials: What is shown to it; nil encrypts nothing.
    ///   - sharesFolders: Uses the coordinator's folders where they are seen here, instead of copying what is in them.
    package init(cache: BlobCache, endpoint: Endpoint, credentials: Credentials?, sharesFolders: Bool = true) {
        self.cache = cache
        self.sharesFolders = sharesFolders
        self.endpoint = endpoint.description
        self.credentials = credentials
    }

    /// The contents of a running task; they are not removed as long as this lives.
    package final class Held {
        package let places: ContentPlaces
        private let use: BlobCache.Use?

        init(_ places: ContentPlaces, _ use: BlobCache.Use?) {
            (self.places, self.use) = (places, use)
        }
    }

    /// Finds or fetches what a task reads, and returns when it is here; waits for the coordinator as long as it takes.
    ///
    /// - Parameters:
    ///   - task: The task.
    ///   - report: Is told how far it is, several times a second. What it throws ends the fetching.
    /// - Returns: Where everything is.
    /// - Throws: ``FetchError`` or ``BlobCacheError`` where something cannot be had, `SocketError`, and what `report` throws.
    package func contents(of task: TaskWork, report: (_ note: String) throws -> Void) throws -> Held {
        let digests = task.contents
        guard !digests.isEmpty else { return Held(ContentPlaces(), nil) }
        let use = try cache.use(digests)
        if let places = cached(task) { return Held(places, use) }
        // Of several workers on this host one fetches.
        let locks = try digests.sorted { $0.description < $1.description }.map { try lock($0, report) }
        defer { withExtendedLifetime(locks) {} }
        if let places = cached(task) { return Held(places, use) }
        var fetch = try ContentFetch(
            task, cache, BlobConnection(to: endpoint, credentials), sharesFolders: sharesFolders)
        return Held(try fetch.run(report), use)
    }

    func lock(_ digest: ContentDigest, _ report: (String) throws -> Void) throws -> FileLock {
        let wakeUp = try WakeUp()
        while true {
            if let lock = FileLock(cache.fetchingLock(of: digest)) { return lock }
            try report("waiting for another worker's fetching")
            wakeUp.wait(for: .milliseconds(250))
        }
    }

    /// Where everything is, if it is all in the cache.
    private func cached(_ task: TaskWork) -> ContentPlaces? {
        let isAlone = cache.lock()
        defer { withExtendedLifetime(isAlone) {} }
        var places = ContentPlaces()
        if let weights = task.weights {
            guard let file = cache.find(weights) else { return nil }
            places.weights[weights] = file
        }
        for digest in task.lists {
            guard let file = cache.find(digest), let list = cache.list(digest),
                list.entries.allSatisfy({ entry in entry.digest.map { cache.holds($0, size: entry.size) } ?? true })
            else { return nil }
            places.sets[digest] = ContentPlaces.Listed(list: file, images: .store(path: cache.path))
        }
        return places
    }
}

/// Why a content cannot be had.
package enum FetchError: Error, Hashable {
    case blob(ContentDigest, subject: String, BlobFailure)
    case notAList(ContentDigest)
}

extension FetchError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .notAList(let digest):
            "the list of images \(digest.short)… is none — run the same version of posweep on all hosts"
        case .blob(let digest, let subject, let failure): "\(subject) (\(digest.short)…) \(Self.text(failure))"
        }
    }

    private static func text(_ failure: BlobFailure) -> String {
        switch failure {
        case .refused(.notServed):
            "is not handed out by the coordinator: no open sweep reads it — submit the sweep again"
        case .refused(.vanished):
            "is gone from the coordinator's host, or cannot be read there — put it back, and posweep retry the sweep"
        case .refused(.changed), .otherContent:
            "has changed on the coordinator's host since the sweep was submitted — put it back, or submit the sweep again"
        case .refused(.mayNotWork): "is handed out to workers alone, and the role of this worker's key is another one"
        case .refused(.noRoom), .refused(.otherContent): "is not handed out by the coordinator"
        case .otherLength: "comes in other pieces than were asked for — run the same version of posweep on all hosts"
        }
    }
}
