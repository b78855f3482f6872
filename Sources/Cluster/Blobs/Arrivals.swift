import Coordination
import Crypto
import Experiments
import Foundation
import Glibc

/// Files that workers give to the coordinator, from the first byte until somebody adopts them.
///
/// | file in `arriving` of the state folder | what it is |
/// |---|---|
/// | `SHA256.part` | the beginning of a file; whoever gives it next goes on from there |
/// | `SHA256` | a file that is whole, compared with its name and on the disk |
///
/// What nobody adopts is removed when it takes too much room: the oldest first. A value of one thread; the files themselves are
/// adopted by others, which is a rename.
struct Arrivals {
    /// A file that is being given; it is open only while something is written, since many may come at a time.
    private struct Arriving {
        let size: Int
        var written: Int
        var hash: SHA256
        /// Up to where it is on the disk.
        var synchronized: Int
        var lastUse: UInt64
    }

    private let folder: ArrivalFolder
    /// Whether a file is kept already, by somebody who has adopted it.
    private let isKept: (BlobName, _ size: Int) -> Bool
    private var arriving: [BlobName: Arriving] = [:]
    private var uses: UInt64 = 0

    /// Files that are being given at a time; one more has the one that was not added to for longest read anew when it goes on.
    private static let arrivingLimit = 256
    /// Bytes of all files in the folder, whole or not, beside those that are being given.
    private static let bytesLimit = 4 << 30
    /// So many bytes wait for the disk at most, so that it never has to be waited for long.
    private static let syncBytes = 8 << 20

    init(_ folder: ArrivalFolder, isKept: @escaping (BlobName, _ size: Int) -> Bool) {
        (self.folder, self.isKept) = (folder, isKept)
    }

    /// Takes in what a worker gives.
    mutating func answer(_ request: BlobRequest) -> BlobAnswer? {
        switch request {
        case .describe, .want: nil
        case .keep(let name, let size): keep(name, size)
        case .put(let name, let size, let offset, let bytes): put(bytes, at: offset, of: name, size)
        }
    }

    private mutating func keep(_ name: BlobName, _ size: Int) -> BlobAnswer {
        if isKept(name, size) || FileSize.of(folder.whole(name)) == size { return .kept(name, bytes: size) }
        return begin(name, size) ? .kept(name, bytes: arriving[name]?.written ?? 0) : .refused(name, .noRoom)
    }

    private mutating func put(_ bytes: [UInt8], at offset: Int, of name: BlobName, _ size: Int) -> BlobAnswer {
        guard arriving[name]?.size == size || keep(name, size) != .kept(name, bytes: size) else {
            return .kept(name, bytes: size)
        }
        guard let file = arriving[name], file.size == size else { return .refused(name, .noRoom) }
        // What comes twice, or behind a gap, changes nothing; whoever gives it hears where to go on.
        guard offset == file.written, offset + bytes.count <= size else { return .kept(name, bytes: file.written) }
        guard write(bytes, of: name) else {
            arriving[name] = nil
            return .refused(name, .noRoom)
        }
        return arriving[name]?.written == size ? conclude(name, size) : .kept(name, bytes: offset + bytes.count)
    }

    /// Begins a file, or reads what there is of it.
    private mutating func begin(_ name: BlobName, _ size: Int) -> Bool {
        uses += 1
        if arriving[name]?.size == size {
            arriving[name]?.lastUse = uses
            return true
        }
        if arriving.count >= Self.arrivingLimit, let oldest = arriving.min(by: { $0.value.lastUse < $1.value.lastUse })
        {
            arriving[oldest.key] = nil
        }
        folder.makeRoom(for: size, limit: Self.bytesLimit, sparing: Set(arriving.keys.map(folder.part)))
        guard let file = open(name, O_RDWR | O_CREAT) else { return false }
        defer { close(file) }
        var (hash, written) = (SHA256(), 0)
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while written < size {
            let count = unsafe buffer.withUnsafeMutableBytes { place in
                unsafe pread(file, place.baseAddress, min(place.count, size - written), off_t(written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            hash.update(data: buffer.prefix(count))
            written += count
        }
        // The last piece comes from somebody who waits for the answer to it, so it has to come once more.
        if written == size { (hash, written) = (SHA256(), 0) }
        guard ftruncate(file, off_t(written)) == 0 else { return false }
        arriving[name] = Arriving(
            size: size, written: written, hash: hash, synchronized: written, lastUse: uses)
        return true
    }

    private func open(_ name: BlobName, _ mode: Int32) -> Int32? {
        let descriptor = unsafe Glibc.open(folder.part(name), mode | O_CLOEXEC | O_NOFOLLOW, 0o600)
        return descriptor >= 0 ? descriptor : nil
    }

    private mutating func write(_ bytes: [UInt8], of name: BlobName) -> Bool {
        guard let known = arriving[name], let file = open(name, O_WRONLY) else { return false }
        defer { close(file) }
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { place in
                unsafe pwrite(
                    file, place.baseAddress.map { unsafe $0 + done }, bytes.count - done, off_t(known.written + done))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        uses += 1
        let written = known.written + bytes.count
        arriving[name]?.hash.update(data: bytes)
        arriving[name]?.written = written
        arriving[name]?.lastUse = uses
        guard written - known.synchronized >= Self.syncBytes else { return true }
        arriving[name]?.synchronized = written
        return fdatasync(file) == 0
    }

    /// Compares a file that is all there with its name, and puts it in its place.
    private mutating func conclude(_ name: BlobName, _ size: Int) -> BlobAnswer {
        guard let known = arriving.removeValue(forKey: name), let file = open(name, O_WRONLY) else {
            return .refused(name, .noRoom)
        }
        defer { close(file) }
        guard Array(known.hash.finalize()) == name.bytes else {
            unsafe _ = unlink(folder.part(name))
            return .refused(name, .otherContent)
        }
        guard fsync(file) == 0, unsafe rename(folder.part(name), folder.whole(name)) == 0,
            ArrivalFolder.synchronize(folder.path)
        else {
            unsafe _ = unlink(folder.part(name))
            return .refused(name, .noRoom)
        }
        return .kept(name, bytes: size)
    }
}

/// Where files that workers give arrive.
struct ArrivalFolder: Sendable {
    let path: String

    init(stateFolder: URL) {
        path = stateFolder.appending(path: "arriving").path
    }

    func part(_ name: BlobName) -> String { "\(path)/\(name.digits).part" }
    func whole(_ name: BlobName) -> String { "\(path)/\(name.digits)" }

    /// Moves a whole file to where it is kept; when this returns, it is there after a power cut too.
    ///
    /// - Returns: Whether it is there now.
    func adopt(_ file: TrialArtifact, as place: URL) -> Bool {
        if FileSize.of(place.path) == file.size { return true }
        guard FileSize.of(whole(file.name)) == file.size else { return false }
        let folder = place.deletingLastPathComponent().path
        if unsafe mkdir(folder, 0o777) != 0, errno != EEXIST { return false }
        return unsafe rename(whole(file.name), place.path) == 0 && Self.synchronize(folder)
    }

    /// Makes the folder, and removes the oldest files until there is room for so many bytes more.
    func makeRoom(for bytes: Int, limit: Int, sparing used: Set<String>) {
        unsafe _ = mkdir(path, 0o700)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let files = names.map { "\(path)/\($0)" }.filter { !used.contains($0) }
        var total = files.reduce(bytes) { $0 + (FileSize.of($1) ?? 0) }
        guard total > limit else { return }
        let oldest = files.sorted { (FileSize.modified($0) ?? 0, $0) < (FileSize.modified($1) ?? 0, $1) }
        for file in oldest where total > limit {
            total -= FileSize.of(file) ?? 0
            unsafe _ = unlink(file)
        }
    }

    /// Puts on the disk which files a folder has.
    static func synchronize(_ folder: String) -> Bool {
        let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return fsync(descriptor) == 0
    }
}
