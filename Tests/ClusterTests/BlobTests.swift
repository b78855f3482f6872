import Coordination
import Experiments
import Foundation
import ResultsStore
import Sweep
import Synchronization
import TestSupport
import Testing

@testable import Cluster

@Suite("Images and weights for workers", .serialized, .timeLimit(.minutes(2)))
struct BlobTests {
    /// The images that a fetched set has on this host, by name; nil for those that cannot be read.
    private func images(_ held: ContentFetcher.Held, of cluster: BlobCluster) throws -> [String: Data?] {
        guard case .list(let digest) = cluster.train else { return [:] }
        let place = try #require(held.places.sets[digest])
        let list = try #require(ImageList(text: Array(try Data(contentsOf: URL(filePath: place.list)))))
        return Dictionary(
            uniqueKeysWithValues: list.entries.map { entry in
                let path =
                    switch place.images {
                    case .folder(let folder): "\(folder)/\(entry.name)"
                    case .store(let store): entry.digest.map { ContentPlaces.path(of: $0, inStore: store) } ?? ""
                    }
                return (entry.name, try? Data(contentsOf: URL(filePath: path)))
            })
    }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "nothing is wrong"
        } catch {
            return "\(error)"
        }
    }

    @Test func `a worker that shares no disk gets the images, bit for bit, and nothing else`() throws {
        try withTemporaryFolder { folder in
            let cluster = try BlobCluster(in: folder)
            let images = try images(cluster.fetch(into: cluster.cache()), of: cluster)
            #expect(images.count == 4)
            for name in BlobCluster.names {
                #expect(images[name] == (try Data(contentsOf: cluster.photos.appending(path: name))), "\(name)")
            }
            #expect(images["d.png"] == .some(nil), "what is no image is not handed out")
            try cluster.cluster.stop()
        }
    }

    @Test func `the lists that a cache holds are what a task needs, as its coordinator says it`() throws {
        try withTemporaryFolder { folder in
            let photos = try BlobCluster(in: folder)
            let cache = photos.cache()
            #expect(cache.held.isEmpty)
            _ = try photos.fetch(into: cache)
            let needs = try #require(try photos.cluster.store.unfinishedTasks().first?.needs)
            #expect(needs.count > 1)
            #expect(Set(cache.held.map(\.number)) == Set(needs.dropFirst()))
            try photos.cluster.stop()
        }
    }

    @Test func `the coordinator keeps what an unfinished sweep reads, the lists of all, and nothing else`() throws {
        try withTemporaryFolder { folder in
            let photos = try BlobCluster(in: folder)
            let contents = folder.appending(path: "state/contents")
            func names() throws -> Set<String> {
                Set(try FileManager.default.contentsOfDirectory(atPath: contents.path))
            }
            let needed = try names()
            #expect(!needed.isEmpty)
            try photos.cluster.stop()
            let left = String(repeating: "0123abcd", count: 8)
            for name in [left, left + ".folder", ".dat.nosync1234.abcd", "notes.txt"] {
                try Data("left".utf8).write(to: contents.appending(path: name))
            }
            // What is not ours is left alone.
            let again = try FakeCluster(state: folder.appending(path: "state"), resumes: true)
            #expect(try names() == needed.union(["notes.txt"]))
            #expect(try again.store.progress().first?.tasks.waiting == 1)
            try again.coordinator.cancel(photos.sweep)
            #expect(try names() == needed.union(["notes.txt"]), "the images may be shown beside the sweep's maps")
            try again.stop()
            // Without its folder it is taken for weights.
            for name in needed where name.hasSuffix(".folder") {
                try FileManager.default.removeItem(at: contents.appending(path: name))
            }
            try FakeCluster(state: folder.appending(path: "state"), resumes: true).stop()
            #expect(try names() == ["notes.txt"])
        }
    }

    @Test func `what is in the cache is not fetched again, even without a coordinator`() throws {
        try withTemporaryFolder { folder in
            let cluster = try BlobCluster(in: folder)
            _ = try cluster.fetch(into: cluster.cache())
            try cluster.cluster.stop()
            try FileManager.default.removeItem(at: cluster.photos)
            #expect(try images(cluster.fetch(into: cluster.cache()), of: cluster)["b.png"] != .some(nil))
        }
    }

    @Test func `a folder that the worker shares is used and not copied`() throws {
        try withTemporaryFolder { folder in
            let cluster = try BlobCluster(in: folder)
            let held = try cluster.fetch(into: cluster.cache(), sharesFolders: true)
            #expect(held.places.sets.values.allSatisfy { $0.images == .folder(path: cluster.photos.path) })
            #expect(!cluster.cache().holds(try cluster.digest("b.png"), size: 100))
            try cluster.cluster.stop()
        }
    }

    @Test func `a folder of the same path with another image is not taken for the coordinator's`() throws {
        try withTemporaryFolder { folder in
            let cluster = try BlobCluster(in: folder)
            try BlobCluster.picture("other", size: 100).write(to: cluster.photos.appending(path: "b.png"))
            let said = message { _ = try cluster.fetch(into: cluster.cache(), sharesFolders: true) }
            #expect(said.contains("b.png") && said.contains("has changed on the coordinator's host"), "\(said)")
            try cluster.cluster.stop()
        }
    }

    // MARK: What can go wrong

    @Test func `an image that has vanished is named, with what to do`() throws {
        try withTemporaryFolder { folder in
            let cluster = try BlobCluster(in: folder)
            try FileManager.default.removeItem(at: cluster.photos.appending(path: "b.png"))
            let said = message { _ = try cluster.fetch(into: cluster.cache()) }
            #expect(said.contains("b.png") && said.contains("is gone") && said.contains("posweep retry"), "\(said)")
            try cluster.cluster.stop()
        }
    }

    @Test(arguments: [99, 101])
    func `an image of another size is not handed out`(size: Int) throws {
        try withTemporaryFolder { folder in
            let cluster = try BlobCluster(in: folder)
            try BlobCluster.picture("b.png", size: size).write(to: cluster.photos.appending(path: "b.png"))
            let said = message { _ = try cluster.fetch(into: cluster.cache()) }
            #expect(said.contains("b.png") && said.contains("has changed"), "\(said)")
            try cluster.cluster.stop()
        }
    }

    @Test func `a file that is put in an image's place does not leave the coordinator's host`() throws {
        try withTemporaryFolder { folder in
            let cluster = try BlobCluster(in: folder)
            let secret = folder.appending(path: "secret")
            try Data(String(repeating: "s", count: 100).utf8).write(to: secret)
            let image = cluster.photos.appending(path: "b.png")
            try FileManager.default.removeItem(at: image)
            try FileManager.default.createSymbolicLink(at: image, withDestinationURL: secret)
            #expect(message { _ = try cluster.fetch(into: cluster.cache()) }.contains("has changed"))
            #expect(cluster.cache().kept(try cluster.digest("a.png")) == 0)
            try cluster.cluster.stop()
        }
    }

    @Test func `only what an open sweep reads is handed out`() throws {
        try withTemporaryFolder { folder in
            let cluster = try BlobCluster(in: folder)
            try cluster.cluster.coordinator.cancel(cluster.sweep)
            let said = message { _ = try cluster.fetch(into: cluster.cache()) }
            #expect(said.contains("no open sweep reads it"), "\(said)")
            try cluster.cluster.stop()
        }
    }

    @Test func `a part that an earlier worker has left is gone on with`() throws {
        try withTemporaryFolder { folder in
            let cluster = try BlobCluster(in: folder, largest: 3 << 20)
            let (cache, digest) = (cluster.cache(), try cluster.digest("a.png"))
            let whole = [UInt8](BlobCluster.picture("a.png", size: 3 << 20))
            try cache.prepare()
            try cache.write(Array(whole.prefix(2 << 20)), of: digest, at: 0)
            let notes = Mutex<[String]>([])
            let held = try cluster.fetch(into: cache) { note in notes.withLock { $0.append(note) } }
            #expect(notes.withLock { $0.contains { $0.hasSuffix(" of 1 MiB") } }, "only the rest is fetched")
            #expect(try images(held, of: cluster)["a.png"] == Data(whole))
            try cluster.cluster.stop()
        }
    }

    @Test func `a part that is damaged is found out, and fetched anew`() throws {
        try withTemporaryFolder { folder in
            let cluster = try BlobCluster(in: folder)
            let (cache, digest) = (cluster.cache(), try cluster.digest("a.png"))
            try cache.prepare()
            try cache.write([UInt8](repeating: 1, count: 150_000), of: digest, at: 0)
            let images = try images(cluster.fetch(into: cache), of: cluster)
            #expect(images["a.png"] == BlobCluster.picture("a.png", size: 200_000))
            try cluster.cluster.stop()
        }
    }

    @Test func `a list in the cache that is damaged is fetched anew`() throws {
        try withTemporaryFolder { folder in
            let cluster = try BlobCluster(in: folder)
            let cache = cluster.cache()
            _ = try cluster.fetch(into: cache)
            for list in cluster.task.lists {
                try Data("damaged".utf8).write(
                    to: URL(filePath: ContentPlaces.path(of: list, inStore: cache.path)))
            }
            #expect(try images(cluster.fetch(into: cache), of: cluster).count == 4)
            try cluster.cluster.stop()
        }
    }

    @Test func `whoever does not want the task any more ends the fetching`() throws {
        struct Stopped: Error {}
        try withTemporaryFolder { folder in
            let cluster = try BlobCluster(in: folder)
            #expect(throws: Stopped.self) { try cluster.fetch(into: cluster.cache()) { _ in throw Stopped() } }
            try cluster.cluster.stop()
        }
    }

    @Test func `a port that is closed is said to be`() throws {
        struct Heard: Error {}
        try withTemporaryFolder { folder in
            let cluster = try BlobCluster(in: folder)
            let closed = "tcp://127.0.0.1:1"
            let fetcher = ContentFetcher(cache: cluster.cache(), endpoint: Endpoint(closed), credentials: nil)
            #expect(throws: Heard.self) {
                try fetcher.contents(of: cluster.task) { note in
                    if note.contains("nobody"), note.contains(closed), note.contains("port open") { throw Heard() }
                }
            }
            try cluster.cluster.stop()
        }
    }

    @Test func `two workers with one cache fetch side by side`() async throws {
        try await withTemporaryFolder { folder in
            let cluster = try BlobCluster(in: folder, largest: 2 << 20)
            let counts = await withTaskGroup(of: Int?.self) { group in
                for _ in 0..<2 {
                    group.addTask {
                        await withCheckedContinuation { continuation in
                            let thread = Thread {
                                let held = try? cluster.fetch(into: cluster.cache())
                                continuation.resume(returning: held?.places.sets.count)
                            }
                            thread.start()
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(counts == [2, 2])
            try cluster.cluster.stop()
        }
    }

    @Test(arguments: [
        ("tcp://10.0.0.1:5555", "tcp://10.0.0.1:5556"), ("tcp://[::1]:80", "tcp://[::1]:81"),
        ("ipc:///tmp/c", "ipc:///tmp/c.blobs"),
    ])
    func `blobs are at the next port, or in a file beside`(coordinator: String, blobs: String) {
        #expect(Endpoint(coordinator).blobs == Endpoint(blobs))
    }

    // MARK: Who may

    @Test func `images go to workers' keys alone`() throws {
        try withTemporaryFolder { folder in
            let keys = try TestKeys(in: folder)
            let cluster = try BlobCluster(in: folder, keys: keys.ring)
            let observer = try keys.credentials("observer", .observer)
            let worker = try keys.credentials("worker", .worker)
            let said = message { _ = try cluster.fetch(into: cluster.cache("observer"), observer) }
            #expect(said.contains("handed out to workers alone"), "\(said)")
            #expect(try images(cluster.fetch(into: cluster.cache("worker"), worker), of: cluster).count == 4)
            try cluster.cluster.stop()
        }
    }

    @Test func `an unknown key gets nothing, and hears why`() throws {
        struct Heard: Error {}
        try withTemporaryFolder { folder in
            let keys = try TestKeys(in: folder)
            let cluster = try BlobCluster(in: folder, keys: keys.ring)
            let stranger = try keys.credentials("stranger", nil)
            #expect(throws: Heard.self) {
                try cluster.fetch(into: cluster.cache(), stranger) { note in
                    if note.contains("does not know the key") { throw Heard() }
                }
            }
            try cluster.cluster.stop()
        }
    }

    @Test func `messages that make no sense are not answered and do no harm`() throws {
        try withTemporaryFolder { folder in
            let cluster = try BlobCluster(in: folder)
            let (socket, wakeUp) = (try ZeroMQSocket(.dealer), try WakeUp())
            try socket.connect(to: Endpoint(cluster.cluster.coordinator.endpoint).blobs.description)
            while try !socket.wait(with: wakeUp, for: .seconds(5), isConnecting: true) {}
            var random = SystemRandomNumberGenerator()
            let name = [UInt8](repeating: 0, count: 32)
            for number in 0..<2_000 {
                let bodies: [[UInt8]] = [
                    [], [1], [2] + name, [2] + name + [UInt8](repeating: 255, count: 12), [9] + name,
                    (0..<Int.random(in: 0...300)).map { _ in UInt8.random(in: .min ... .max, using: &random) },
                ]
                let body = bodies[number % bodies.count]
                let frame = Frame(kind: .blob, version: 1, session: 0, sequence: 0, body: body)
                let header = number % 7 == 0 ? Array(frame.header.dropLast()) : frame.header
                while (try? socket.send(header: header, body: body)) == nil {
                    try socket.wait(with: wakeUp, for: .seconds(1), isConnecting: true)
                }
            }
            #expect(try images(cluster.fetch(into: cluster.cache()), of: cluster).count == 4)
            let answer = try socket.receive()
            #expect(answer == nil, "nothing is answered")
            try cluster.cluster.stop()
        }
    }
}
