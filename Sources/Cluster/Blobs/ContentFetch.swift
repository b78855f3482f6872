import Coordination
import Experiments
import Foundation

/// One fetching of what a task reads: first its lists and weights, then the images of lists that are in no shared folder.
struct ContentFetch: BlobFetch {
    private let task: TaskWork
    private let cache: BlobCache
    let connection: BlobConnection
    private let sharesFolders: Bool
    var transfer = BlobTransfer()
    private var places = ContentPlaces()
    /// Folders in which the coordinator's host has the images of lists.
    private var folders: [ContentDigest: String] = [:]
    /// What is on its way, and what people call it.
    private var subjects: [BlobName: (digest: ContentDigest, name: String)] = [:]
    private var bytes = (done: 0, all: 0)

    init(_ task: TaskWork, _ cache: BlobCache, _ connection: BlobConnection, sharesFolders: Bool) {
        self.sharesFolders = sharesFolders
        (self.task, self.cache, self.connection) = (task, cache, connection)
    }

    mutating func run(_ report: (String) throws -> Void) throws -> ContentPlaces {
        for list in task.lists { subjects[list.blob] = (list, "the list of images") }
        if let weights = task.weights { subjects[weights.blob] = (weights, "the file of weights") }
        try handle(.wanted(subjects.keys.map { BlobTransfer.Wanted($0) }))
        try follow(report)
        var missing: [ContentDigest: ImageList.Entry] = [:]
        for digest in task.lists {
            guard let list = cache.list(digest), let file = cache.find(digest) else {
                throw FetchError.notAList(digest)
            }
            if let folder = folders[digest],
                list.isHeld(byFolder: folder, memory: cache.reader.memory, team: cache.reader.team)
            {
                places.sets[digest] = ContentPlaces.Listed(list: file, images: .folder(path: folder))
                continue
            }
            places.sets[digest] = ContentPlaces.Listed(list: file, images: .store(path: cache.path))
            // Whoever removes something from now on sees the list, and leaves its images alone.
            let isAlone = cache.lock()
            for entry in list.entries {
                guard let image = entry.digest, !cache.holds(image, size: entry.size) else { continue }
                missing[image] = entry
            }
            withExtendedLifetime(isAlone) {}
        }
        try fetch(missing)
        try follow(report)
        return places
    }

    private mutating func fetch(_ images: [ContentDigest: ImageList.Entry]) throws {
        guard !images.isEmpty else { return }
        try makeRoom(for: images.reduce(0) { $0 + max(0, $1.value.size - cache.kept($1.key)) })
        var wanted: [BlobTransfer.Wanted] = []
        for (digest, entry) in images.sorted(by: { $0.value.name < $1.value.name }) {
            subjects[digest.blob] = (digest, "the image \(entry.name)")
            wanted.append(BlobTransfer.Wanted(digest.blob, size: entry.size, kept: cache.kept(digest)))
        }
        try handle(.wanted(wanted))
    }

    private mutating func makeRoom(for count: Int) throws {
        try cache.makeRoom(for: count)
        bytes.all += count
    }

    var progress: String { "fetching, \(bytes.done >> 20) of \(bytes.all >> 20) MiB" }

    mutating func carryOut(_ effect: BlobTransfer.Effect) throws {
        switch effect {
        case .send(let request): connection.send(request)
        case .look(let name, let size, let path): try look(name, size: size, path: path)
        case .write(let name, let offset, let piece):
            guard let subject = subjects[name] else { return }
            try cache.write(piece, of: subject.digest, at: offset)
            bytes.done += piece.count
        case .check(let name):
            guard let subject = subjects[name] else { return }
            try handle(.checked(name, isSound: try cache.conclude(subject.digest)))
        case .finished(let name):
            guard let digest = subjects.removeValue(forKey: name)?.digest else { return }
            if digest == task.weights, places.weights[digest] == nil { places.weights[digest] = cache.find(digest) }
        case .failed(let name, let failure):
            guard let subject = subjects[name] else { return }
            throw FetchError.blob(subject.digest, subject: subject.name, failure)
        case .reconnect(let failures): connection.reconnect(afterFailures: failures)
        case .wake(let moment): connection.wake(at: moment)
        }
    }

    /// Sees what of a list or weights is here.
    private mutating func look(_ name: BlobName, size: Int, path: String?) throws {
        let path = sharesFolders ? path : nil
        guard let digest = subjects[name]?.digest else { return }
        if digest == task.weights {
            // Where this host shares the coordinator's folder, its file is as good as a copy.
            let shared = path.flatMap { cache.reader.isHeld(digest, byFile: $0) ? $0 : nil }
            places.weights[digest] = shared ?? cache.find(digest)
            if places.weights[digest] != nil { return try handle(.found(name, kept: nil)) }
        } else {
            folders[digest] = path
            if cache.find(digest) != nil { return try handle(.found(name, kept: nil)) }
        }
        let kept = min(size, cache.kept(digest))
        try makeRoom(for: size - kept)
        try handle(.found(name, kept: kept))
    }
}
