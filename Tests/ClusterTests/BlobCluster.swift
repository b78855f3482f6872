import Coordination
import Experiments
import Foundation
import ResultsStore
import Sweep

@testable import Cluster

/// A coordinator that hands out a few images, and workers' caches beside it.
struct BlobCluster {
    let folder: URL
    let photos: URL
    let cluster: FakeCluster
    let task: TaskWork
    let sweep: SweepID

    static let names = ["a.png", "b.png", "c.jpg"]

    /// - Parameters:
    ///   - folder: For everything.
    ///   - largest: The size of `a.png`; the others are small.
    ///   - keys: Who may connect.
    /// - Throws: Where the coordinator cannot begin.
    init(in folder: URL, largest: Int = 200_000, keys: KeyRing? = nil) throws {
        self.folder = folder
        photos = folder.appending(path: "photos")
        try FileManager.default.createDirectory(at: photos, withIntermediateDirectories: true)
        for name in Self.names {
            let size = name == "a.png" ? largest : 100
            try Self.picture(name, size: size).write(to: photos.appending(path: name))
        }
        try Data("no image".utf8).write(to: photos.appending(path: "d.png"))
        let text = """
            name: photos
            data: {train: {folder: \(photos.path)}, test: {first: {folder: \(photos.path), limit: 1}}}
            encoder: none
            """
        let definition = try SweepDefinition(
            parsing: text, path: "photos.yaml", folder: folder.path, exists: { _ in true },
            digest: ContentReader(memory: DigestMemory(nil), threads: 1).digest)
        cluster = try FakeCluster(state: folder.appending(path: "state"), keys: keys)
        sweep = try cluster.coordinator.submit(definition).sweep
        task = try TaskWork(body: definition.tasks[0].body)
    }

    /// The images that the task trains on.
    var train: ImageSource? { task.position?.train }

    /// Bytes that begin like an image and go on differently for each name.
    static func picture(_ name: String, size: Int) -> Data {
        var state = UInt64(name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
        let noise = (0..<size).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
        return Data(([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] + noise).prefix(size))
    }

    func cache(_ name: String = "cache", limit: Int = 1 << 30) -> BlobCache {
        BlobCache(
            folder: folder.appending(path: name), limit: limit,
            reader: ContentReader(memory: DigestMemory(folder.appending(path: "\(name).memory")), threads: 1))
    }

    /// Fetches what the task reads into a cache, as on a host that does not see the coordinator's folders.
    func fetch(
        into cache: BlobCache, _ credentials: Credentials? = nil, sharesFolders: Bool = false,
        report: (String) throws -> Void = { _ in }
    ) throws -> ContentFetcher.Held {
        let fetcher = ContentFetcher(
            cache: cache, endpoint: Endpoint(cluster.coordinator.endpoint).blobs, credentials: credentials,
            sharesFolders: sharesFolders)
        return try fetcher.contents(of: task, report: report)
    }

    /// The digest of one of the images.
    func digest(_ name: String) throws -> ContentDigest {
        try ContentDigest(ofFile: photos.appending(path: name))
    }
}
