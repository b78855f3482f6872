import Coordination
import Experiments
import Foundation
import TestSupport
import Testing

@testable import Cluster

@Suite("A worker's cache of images and weights")
struct BlobCacheTests {
    private func cache(in folder: URL, limit: Int) -> BlobCache {
        BlobCache(folder: folder, limit: limit, reader: ContentReader(memory: DigestMemory(nil), threads: 1))
    }

    /// Puts a content of some size in, used so many seconds after 2001.
    private func put(_ text: String, size: Int = 100, used: Double, _ cache: BlobCache) throws -> ContentDigest {
        let bytes = Array((text + String(repeating: ".", count: size)).utf8.prefix(size))
        let digest = ContentDigest(of: bytes)
        try cache.write(bytes, of: digest, at: 0)
        #expect(try cache.conclude(digest))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceReferenceDate: used)],
            ofItemAtPath: ContentPlaces.path(of: digest, inStore: cache.path))
        return digest
    }

    private func isThere(_ digest: ContentDigest, _ cache: BlobCache) -> Bool {
        FileManager.default.fileExists(atPath: ContentPlaces.path(of: digest, inStore: cache.path))
    }

    @Test func `what was used longest ago goes first`() throws {
        try withTemporaryFolder { folder in
            let cache = cache(in: folder, limit: 300)
            try cache.prepare()
            let middle = try put("middle", used: 20, cache)
            let old = try put("old", used: 10, cache)
            let new = try put("new", used: 30, cache)
            try cache.makeRoom(for: 0)
            #expect(isThere(old, cache))
            try cache.makeRoom(for: 100)
            #expect(!isThere(old, cache) && isThere(middle, cache) && isThere(new, cache))
        }
    }

    @Test func `using something makes it new`() throws {
        try withTemporaryFolder { folder in
            let cache = cache(in: folder, limit: 200)
            try cache.prepare()
            let (old, new) = (try put("old", used: 10, cache), try put("new", used: 30, cache))
            #expect(cache.holds(old, size: 100))
            try cache.makeRoom(for: 100)
            #expect(isThere(old, cache) && !isThere(new, cache))
        }
    }

    @Test func `what a running task uses stays, and the images of its lists`() throws {
        try withTemporaryFolder { folder in
            let cache = cache(in: folder, limit: 500)
            try cache.prepare()
            let image = try put("image", used: 1, cache)
            let text = ImageList([ImageList.Entry(name: "image.png", size: 100, digest: image)]).text
            let list = ContentDigest(of: text)
            try cache.write(text, of: list, at: 0)
            #expect(try cache.conclude(list))
            let (weights, other) = (try put("weights", used: 2, cache), try put("other", used: 3, cache))
            var use: BlobCache.Use? = try cache.use([list, weights])
            #expect(throws: BlobCacheError.self) { try cache.makeRoom(for: 400) }
            #expect(isThere(image, cache) && isThere(list, cache) && isThere(weights, cache))
            #expect(!isThere(other, cache))
            withExtendedLifetime(use) {}
            use = nil
            try cache.makeRoom(for: 400)
            #expect(!isThere(image, cache), "the task has ended")
        }
    }

    @Test func `what a dead worker used does not stay for ever`() throws {
        try withTemporaryFolder { folder in
            let cache = cache(in: folder, limit: 100)
            try cache.prepare()
            let digest = try put("left", used: 1, cache)
            let mark = folder.appending(path: "in-use/12345-1")
            try Data("\(digest)\n".utf8).write(to: mark)
            try cache.makeRoom(for: 100)
            #expect(!isThere(digest, cache))
            #expect(!FileManager.default.fileExists(atPath: mark.path))
        }
    }

    @Test func `a task that needs more than the limit hears both figures`() throws {
        try withTemporaryFolder { folder in
            let cache = cache(in: folder, limit: 10 << 20)
            try cache.prepare()
            let error = #expect(throws: BlobCacheError.self) { try cache.makeRoom(for: 30 << 20) }
            #expect(error?.description.contains("30 MiB") == true)
            #expect(error?.description.contains("10 MiB are allowed") == true)
            #expect(error?.description.contains("--cache-limit") == true)
        }
    }

    @Test func `another content than its name says is thrown away`() throws {
        try withTemporaryFolder { folder in
            let cache = cache(in: folder, limit: 1_000)
            try cache.prepare()
            let digest = ContentDigest(of: Array("right".utf8))
            try cache.write(Array("wrong".utf8), of: digest, at: 0)
            #expect(try cache.conclude(digest) == false)
            #expect(cache.kept(digest) == 0)
            #expect(!isThere(digest, cache))
            #expect(cache.find(digest) == nil)
        }
    }

    @Test(.enabled(if: SmallDisk.isAvailable))
    func `a full disk is said to be full, and what is there stays for later`() throws {
        try withTemporaryFolder { folder in
            try SmallDisk.mounted(on: folder, megabytes: 1) {
                let cache = cache(in: folder, limit: 1 << 30)
                try cache.prepare()
                let digest = ContentDigest(of: Array("right".utf8))
                let piece = [UInt8](repeating: 1, count: 60_000)
                let error = #expect(throws: BlobCacheError.self) {
                    for number in 0..<100 { try cache.write(piece, of: digest, at: number * piece.count) }
                }
                #expect(error == .full(folder: folder.path))
                #expect(error?.description.contains("make room") == true)
                #expect(cache.kept(digest) > 500_000)
                #expect(TaskRun.kind(of: error ?? .tooSmall(folder: "", needed: 0, limit: 0)) == .host)
            }
        }
    }

    @Test func `a folder that cannot be written to is named`() throws {
        let cache = cache(in: URL(filePath: "/proc/posweep"), limit: 1)
        let error = #expect(throws: BlobCacheError.self) { try cache.use([]) }
        #expect(error?.description.contains("/proc/posweep") == true)
    }
}
