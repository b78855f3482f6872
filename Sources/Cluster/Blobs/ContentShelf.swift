package import Coordination
package import Experiments
package import Foundation
import Glibc
import ResultsStore
import Sweep
import Synchronization

/// What a coordinator keeps of its sweeps' contents, so that it can hand them out to workers.
///
/// | file in `contents` of the state folder | what it is |
/// |---|---|
/// | `SHA256` | a list of images, or a `.safetensors` file with an encoder's tensors alone |
/// | `SHA256.folder` | the path of the folder that holds the images of a list |
///
/// A file that a trial has made is a `SHA256` too, and stays as long as a sweep has the trial. Lists are small, and stay as long
/// as a stored sweep has read them, so that its maps can be shown beside their images.
/// Images themselves stay where they are. Only what open sweeps read is handed out, by its digest; files are named by the
/// digests, and no message names a path.
package final class ContentShelf: Sendable {
    /// Where a blob's bytes are.
    struct Item: Sendable {
        let path: String
        /// In bytes.
        let size: Int
        /// Told to workers, whose host may have the same folder.
        let hint: String?
        let isImage: Bool
    }

    private struct State {
        /// The contents of each open sweep: digests of lists and weights.
        var open: [SweepID: Set<ContentDigest>] = [:]
        /// All that is handed out, images included; nil when it has to be put together anew.
        var items: [BlobName: Item]?
        /// Counts changes of what is open.
        var version = 0
        /// The files that trials have made, those too whose results are on their way to the disk.
        var artifacts: Set<BlobName> = []

        mutating func set(_ digests: Set<ContentDigest>?, for sweep: SweepID) {
            open[sweep] = digests
            items = nil
            version += 1
        }
    }

    private let folder: URL
    private let state = Mutex(State())
    let arrivals: ArrivalFolder
    let checkpoints: CheckpointShelf

    package init(stateFolder: URL) {
        folder = stateFolder.appending(path: "contents")
        arrivals = ArrivalFolder(stateFolder: stateFolder)
        checkpoints = CheckpointShelf(stateFolder: stateFolder)
    }

    private static let suffix = ".folder"

    private func file(_ digest: ContentDigest) -> URL { folder.appending(path: digest.description) }

    // MARK: Taking in

    /// Keeps what a sweep's tasks read; what is there already stays.
    ///
    /// - Throws: `DataError` where it cannot be read or written, or has changed since the sweep was read.
    package func keep(_ contents: [ContentSource: ContentDigest], reader: ContentReader) throws(DataError) {
        guard !contents.isEmpty else { return }
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw .unwritable(folder.path, cause: error.localizedDescription)
        }
        for (source, digest) in contents {
            let file = file(digest)
            // What is there is looked at: a power cut may have left a part of it.
            if (try? ContentDigest(ofFile: file)) != digest {
                let bytes = try reader.bytes(of: source)
                guard ContentDigest(of: bytes) == digest else { throw .changed(source) }
                try Self.write(bytes, to: file)
            }
            if case .images(let images, _) = source {
                try Self.write(Data(images.utf8), to: file.appendingPathExtension("folder"))
            }
        }
    }

    /// Where on this host these are, once they are kept.
    package func places(of contents: [ContentSource: ContentDigest]) -> ContentPlaces {
        contents.reduce(into: ContentPlaces()) { places, content in
            let list = file(content.value).path
            switch content.key {
            case .images(let folder, _): places.sets[content.value] = .init(list: list, images: .folder(path: folder))
            case .weights: places.weights[content.value] = list
            }
        }
    }

    /// Removes contents that no task needs any more, and drafts that an interrupted process has left.
    ///
    /// - Parameter store: Says what stays. It is not asked where nothing is kept, since of a million trials it takes a while to
    ///   tell.
    /// - Throws: `StoreError` where it cannot be asked.
    func tidy(keepingWhatIsNeededBy store: ResultsStore) throws(StoreError) {
        try checkpoints.tidy(keepingWhatIsNeededBy: store)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []  // No folder, no files.
        guard !names.isEmpty else { return }
        let made = try store.keptArtifacts()
        state.withLock { $0.artifacts.formUnion(made) }
        guard let needs = try store.liveNeeds() else { return }
        let (known, stored) = (Set(names), try store.storedNeeds())
        for name in names {
            let digest = ContentDigest(name.hasSuffix(Self.suffix) ? name.dropLast(Self.suffix.count) : name[...])
            let isNeedless =
                digest.map { digest in
                    let isList = known.contains(digest.description + Self.suffix)
                    return !(isList ? stored : needs).contains(digest.number)
                } ?? name.hasPrefix(Self.draftPrefix)
            guard isNeedless, digest.map({ isMade($0.blob) }) != true else { continue }
            // What cannot be removed now is tried again at the next submission.
            try? FileManager.default.removeItem(at: folder.appending(path: name))
        }
    }

    /// What Foundation calls a file that it is about to rename.
    private static let draftPrefix = ".dat.nosync"

    private static func write(_ bytes: Data, to file: URL) throws(DataError) {
        do {
            try bytes.write(to: file, options: .atomic)
        } catch {
            throw .unwritable(file.path, cause: error.localizedDescription)
        }
    }

    /// Hands out what the tasks of a sweep read, until the sweep is closed.
    package func open(_ sweep: SweepID, _ tasks: [SweepTask]) {
        let digests = tasks.reduce(into: TaskContents()) { $0.add(body: $1.body) }.digests
        state.withLock { $0.set(digests.isEmpty ? nil : digests, for: sweep) }
    }

    package func close(_ sweep: SweepID) {
        state.withLock { if $0.open[sweep] != nil { $0.set(nil, for: sweep) } }
    }

    /// Where the images of a list are, as far as a coordinator of this state folder has kept that.
    package static func place(ofImages list: ContentDigest, stateFolder: URL) -> ContentPlaces {
        let file = stateFolder.appending(path: "contents").appending(path: list.description)
        guard let images = try? String(contentsOf: file.appendingPathExtension("folder"), encoding: .utf8) else {
            return ContentPlaces()
        }
        return ContentPlaces(sets: [list: .init(list: file.path, images: .folder(path: images))])
    }

    // MARK: What trials have made

    /// Where a coordinator of this state folder keeps the file that a trial has made.
    package static func place(of artifact: TrialArtifact, stateFolder: URL) -> URL {
        stateFolder.appending(path: "contents").appending(path: artifact.name.digits)
    }

    /// Puts the file of a result where it is kept; it is on the disk when this returns.
    ///
    /// - Returns: Whether it is there; its worker has to give it (again) where it is not.
    func adopt(_ artifact: TrialArtifact) -> Bool {
        // Named first, so that nobody tidies it up in between.
        let isNew = state.withLock { $0.artifacts.insert(artifact.name).inserted }
        let isThere = arrivals.adopt(artifact, as: folder.appending(path: artifact.name.digits))
        if !isThere, isNew { state.withLock { _ = $0.artifacts.remove(artifact.name) } }
        return isThere
    }

    /// Whether a file of this name and size is kept already.
    func keeps(_ name: BlobName, size: Int) -> Bool {
        checkpoints.place(of: name)?.size == size
            || (isMade(name) && FileSize.of(folder.appending(path: name.digits).path) == size)
    }

    private func isMade(_ name: BlobName) -> Bool { state.withLock { $0.artifacts.contains(name) } }

    private func madeItem(_ name: BlobName) -> Item? {
        if let checkpoint = checkpoints.place(of: name) {
            return Item(path: checkpoint.path, size: checkpoint.size, hint: nil, isImage: false)
        }
        let path = folder.appending(path: name.digits).path
        guard isMade(name), let size = FileSize.of(path) else { return nil }
        return Item(path: path, size: size, hint: path, isImage: false)
    }

    // MARK: Handing out

    /// Where the bytes of a blob are; nil where no open sweep reads it.
    func item(_ name: BlobName) -> Item? {
        let (known, open, version) = state.withLock { ($0.items, $0.open, $0.version) }
        if let known { return known[name] ?? madeItem(name) }
        // Reading lists takes a while, in which sweeps come and go.
        let items = items(of: open.values.reduce(into: []) { $0.formUnion($1) })
        state.withLock { if $0.version == version { $0.items = items } }
        return items[name] ?? madeItem(name)
    }

    private func items(of digests: Set<ContentDigest>) -> [BlobName: Item] {
        var items: [BlobName: Item] = [:]
        for digest in digests {
            let file = file(digest)
            guard let size = FileSize.of(file.path) else { continue }
            let images = try? String(contentsOf: file.appendingPathExtension("folder"), encoding: .utf8)
            items[digest.blob] = Item(path: file.path, size: size, hint: images ?? file.path, isImage: false)
            guard let images, size <= ImageList.textLimit, let text = try? Data(contentsOf: file),
                let list = ImageList(text: Array(text))
            else { continue }
            for entry in list.entries {
                guard let digest = entry.digest else { continue }
                items[digest.blob] = Item(
                    path: images + "/" + entry.name, size: entry.size, hint: nil, isImage: true)
            }
        }
        return items
    }
}

/// The size of a regular file.
enum FileSize {
    /// In bytes; nil where there is no regular file.
    static func of(_ path: String) -> Int? {
        var facts = stat()
        guard unsafe stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(facts.st_size)
    }

    /// When it was changed or marked as used last, in seconds; nil where there is no regular file.
    static func modified(_ path: String) -> Int? {
        var facts = stat()
        guard unsafe stat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
        return facts.st_mtim.tv_sec
    }
}

extension ContentDigest {
    /// The content as a blob's name.
    var blob: BlobName {
        guard let name = BlobName(bytes) else { preconditionFailure("a digest has as many bytes as a name") }
        return name
    }
}
