package import Experiments
package import Foundation
import Glibc

/// The contents that a worker has fetched, for its next tasks and for other workers on this host.
///
/// | in the folder | what it is |
/// |---|---|
/// | `ab/SHA256` | a content, whole and compared with its name before it came here |
/// | `partial/SHA256` | the beginning of one; whoever fetches it next goes on from there |
/// | `fetching/SHA256` | locked by the worker that fetches what this content needs |
/// | `in-use/…` | one for each running task, locked by its worker: the digests of its lists and weights |
/// | `lock` | held while something is looked for or removed |
///
/// Where there is no room left, what was used longest ago goes first, and never what a running task uses.
package struct BlobCache: Sendable {
    package let folder: URL
    /// In bytes.
    package let limit: Int
    let reader: ContentReader

    /// - Parameters:
    ///   - folder: Where contents are kept; it is made when something has to be.
    ///   - limit: How many bytes they may take.
    ///   - reader: Reads and remembers digests.
    package init(folder: URL, limit: Int, reader: ContentReader = ContentReader()) {
        (self.folder, self.limit, self.reader) = (folder, limit, reader)
    }

    var path: String { folder.path }
    private func place(of digest: ContentDigest) -> String { ContentPlaces.path(of: digest, inStore: path) }
    private func draft(of digest: ContentDigest) -> String { "\(path)/partial/\(digest)" }
    func fetchingLock(of digest: ContentDigest) -> String { "\(path)/fetching/\(digest)" }

    /// Makes the folders.
    ///
    /// - Throws: `BlobCacheError.unwritable`.
    func prepare() throws(BlobCacheError) {
        for name in ["partial", "fetching", "in-use"] {
            do {
                try FileManager.default.createDirectory(
                    at: folder.appending(path: name), withIntermediateDirectories: true)
            } catch {
                throw .unwritable(folder: path, cause: error.localizedDescription)
            }
        }
    }

    /// Waits until nobody removes anything; what is seen while this is held stays, if it was pinned before.
    func lock() -> FileLock? { FileLock("\(path)/lock", isPatient: true) }

    // MARK: Looking

    /// The path of a list or weights, compared with its name unless it is known to be sound.
    func find(_ digest: ContentDigest) -> String? {
        let path = place(of: digest)
        guard FileSize.of(path) != nil else { return nil }
        guard reader.isHeld(digest, byFile: path) else {
            unsafe _ = unlink(path)
            return nil
        }
        touch(path)
        return path
    }

    /// Removes a content that nobody else uses.
    func remove(_ digest: ContentDigest) {
        unsafe _ = unlink(place(of: digest))
    }

    /// Whether an image is here, which is so small that a part of it would show in its size.
    func holds(_ digest: ContentDigest, size: Int) -> Bool {
        let path = place(of: digest)
        guard FileSize.of(path) == size else { return false }
        touch(path)
        return true
    }

    /// The lists and weights that are here, those used last first; images are too many to speak of.
    package var held: [ContentDigest] {
        // One lock for each list and weights that was ever fetched.
        let fetched = names(in: "\(path)/fetching").compactMap { ContentDigest($0) }
        let used = fetched.compactMap { digest in
            FileSize.modified(place(of: digest)).map { (digest: digest, time: $0) }
        }
        return used.sorted { ($1.time, $0.digest.description) < ($0.time, $1.digest.description) }.map(\.digest)
    }

    /// How many bytes there are of one that was begun.
    func kept(_ digest: ContentDigest) -> Int { FileSize.of(draft(of: digest)) ?? 0 }

    /// Marks a file as used now; where that fails it only goes earlier.
    private func touch(_ path: String) {
        unsafe _ = utimensat(AT_FDCWD, path, nil, 0)
    }

    // MARK: Writing

    /// Adds bytes of a content.
    ///
    /// - Throws: `BlobCacheError.full` or `.unwritable`; what was written before stays.
    func write(_ bytes: [UInt8], of digest: ContentDigest, at offset: Int) throws(BlobCacheError) {
        let descriptor = unsafe open(draft(of: digest), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw error(errno) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { place in
                unsafe pwrite(
                    descriptor, place.baseAddress.map { unsafe $0 + written }, bytes.count - written,
                    off_t(offset + written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw error(count < 0 ? errno : ENOSPC) }
            written += count
        }
    }

    /// Compares a content that is all there with its name: a sound one is kept, another one thrown away.
    ///
    /// - Returns: Whether it was sound.
    /// - Throws: `BlobCacheError` where it cannot be put in its place.
    func conclude(_ digest: ContentDigest) throws(BlobCacheError) -> Bool {
        let (draft, place) = (draft(of: digest), place(of: digest))
        // Nothing is written for a content without bytes.
        if FileSize.of(draft) == nil { try write([], of: digest, at: 0) }
        guard (try? ContentDigest(ofFile: URL(filePath: draft))) == digest else {
            unsafe _ = unlink(draft)
            return false
        }
        if unsafe rename(draft, place) == 0 { return true }
        let folder = String(place[..<(place.lastIndex(of: "/") ?? place.endIndex)])
        guard errno == ENOENT, unsafe mkdir(folder, 0o700) == 0 || errno == EEXIST, unsafe rename(draft, place) == 0
        else { throw error(errno) }
        return true
    }

    private func error(_ number: Int32) -> BlobCacheError {
        number == ENOSPC || number == EDQUOT || number == EFBIG
            ? .full(folder: path) : .unwritable(folder: path, cause: SystemError.text(number))
    }
}

/// Why fetched contents cannot be kept.
package enum BlobCacheError: Error, Hashable {
    case full(folder: String)
    case unwritable(folder: String, cause: String)
    case tooSmall(folder: String, needed: Int, limit: Int)
}

extension BlobCacheError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .full(let folder):
            "the disk of \(folder) is full, so that images and weights cannot be fetched — make room, or name another folder with --cache"
        case .unwritable(let folder, let cause):
            "images and weights cannot be kept in \(folder): \(cause) — name another folder with --cache"
        case .tooSmall(let folder, let needed, let limit):
            """
            images and weights in use take \(needed >> 20) MiB and \(limit >> 20) MiB are allowed in \(folder) — raise \
            --cache-limit
            """
        }
    }
}
