import Experiments
import Foundation
import Glibc

extension BlobCache {
    /// What a running task uses, for as long as this lives.
    final class Use {
        private let lock: FileLock

        fileprivate init(_ lock: FileLock) {
            self.lock = lock
        }

        deinit {
            unsafe _ = unlink(lock.path)
        }
    }

    /// Protects contents from being removed, and the images of those among them that are lists.
    ///
    /// - Throws: `BlobCacheError` where the folder cannot be written to.
    func use(_ digests: Set<ContentDigest>) throws(BlobCacheError) -> Use {
        try prepare()
        let path = "\(path)/in-use/\(getpid())-\(UInt64.random(in: .min ... .max))"
        // Who removes things looks at the locks of these files, so none must be seen without its own.
        let isAlone = lock()
        defer { withExtendedLifetime(isAlone) {} }
        guard let lock = FileLock(path) else { throw .unwritable(folder: self.path, cause: SystemError.text(errno)) }
        let text = digests.map { "\($0)\n" }.joined()
        do {
            try Data(text.utf8).write(to: URL(filePath: path))
        } catch {
            unsafe _ = unlink(path)
            throw .full(folder: self.path)
        }
        return Use(lock)
    }

    /// Removes what was used longest ago until so many bytes more are within the limit.
    ///
    /// - Throws: `BlobCacheError.tooSmall` where running tasks use too much for that.
    func makeRoom(for bytes: Int) throws(BlobCacheError) {
        let isAlone = lock()
        defer { withExtendedLifetime(isAlone) {} }
        var files = files()
        var total = files.reduce(bytes) { $0 + $1.bytes }
        guard total > limit else { return }
        let used = used()
        files.removeAll { used.contains($0.name) }
        for file in files.sorted(by: { ($0.used, $0.path) < ($1.used, $1.path) }) where total > limit {
            unsafe _ = unlink(file.path)
            total -= file.bytes
        }
        guard total <= limit else { throw .tooSmall(folder: path, needed: total, limit: limit) }
    }

    private struct File {
        let path: String
        let name: String
        let bytes: Int
        let used: Int
    }

    /// All contents, whole or not.
    private func files() -> [File] {
        let folders = names(in: path).filter { $0.utf8.count == 2 || $0 == "partial" }
        return folders.flatMap { folder in
            names(in: "\(path)/\(folder)").compactMap { name in
                let path = "\(path)/\(folder)/\(name)"
                var facts = stat()
                // What another worker has just removed takes no room.
                guard unsafe stat(path, &facts) == 0 else { return nil }
                return File(path: path, name: name, bytes: Int(facts.st_size), used: facts.st_mtim.tv_sec)
            }
        }
    }

    func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []  // No folder, no files.
    }

    /// The names of all that running tasks use; what dead ones have left is removed.
    private func used() -> Set<String> {
        var used: Set<String> = []
        for name in names(in: "\(path)/in-use") {
            let file = "\(path)/in-use/\(name)"
            if FileLock(file) != nil {
                unsafe _ = unlink(file)
                continue
            }
            let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
            for digits in text.split(separator: "\n") {
                guard let digest = ContentDigest(digits) else { continue }
                used.insert(digest.description)
                guard let list = list(digest) else { continue }
                used.formUnion(list.entries.lazy.compactMap { $0.digest?.description })
            }
        }
        return used
    }

    /// The list of images that is here under a digest; nil where it is none, or is not here.
    func list(_ digest: ContentDigest) -> ImageList? {
        let file = ContentPlaces.path(of: digest, inStore: path)
        guard let size = FileSize.of(file), size <= ImageList.textLimit,
            let handle = FileHandle(forReadingAtPath: file),
            // Weights are not read to the end to see that they are no list.
            let start = try? handle.read(upToCount: ImageList.title.utf8.count),
            start.elementsEqual(ImageList.title.utf8), let data = try? Data(contentsOf: URL(filePath: file))
        else { return nil }
        return ImageList(text: Array(data))
    }
}
