package import Foundation
import Synchronization

/// The features that a worker has extracted, so that no images go through one encoder twice.
///
/// What fits is kept in memory, the sets used last staying longest. Where a folder is given, every set is also written
/// there and found again by later processes; the files used longest ago go when they take more than their limit. Without
/// a folder of the user's, a set that is too large for memory goes to the spill folder.
package final class FeatureCache: Sendable {
    private struct Kept {
        let key: FeatureKey
        let features: FeatureSet
    }

    private let memoryLimit: Int
    private let folder: URL
    /// Whether sets that fit into memory are written too.
    private let keepsFiles: Bool
    private let diskLimit: Int
    /// The sets in memory, the one used last at the end.
    private let kept = Mutex<[Kept]>([])

    /// - Parameters:
    ///   - memoryLimit: How many bytes of features stay in memory.
    ///   - folder: Where all features are written and found again; nil keeps only what does not fit into memory, in
    ///     ``spillFolder``.
    ///   - diskLimit: How many bytes the files may take.
    package init(memoryLimit: Int, folder: URL? = nil, diskLimit: Int = defaultDiskLimit) {
        self.memoryLimit = memoryLimit
        self.folder = folder ?? Self.spillFolder
        keepsFiles = folder != nil
        self.diskLimit = diskLimit
    }

    /// 20 GB.
    package static let defaultDiskLimit = 20_000_000_000

    /// `$XDG_CACHE_HOME/posweep`, or `~/.cache/posweep`.
    package static var spillFolder: URL {
        let environment = ProcessInfo.processInfo.environment
        let caches = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? URL(filePath: $0) : nil }
        return (caches ?? FileManager.default.homeDirectoryForCurrentUser.appending(path: ".cache"))
            .appending(path: "posweep")
    }

    /// The stages of a set that is kept and has all of these.
    ///
    /// - Returns: The fewest stages that will do; nil where nothing is kept that does.
    func stages(covering key: FeatureKey) -> [Int]? {
        var known = kept.withLock { kept in kept.filter { $0.key.subject == key.subject }.map(\.key.stages) }
        for name in fileNames() where name.hasPrefix(key.filePrefix) && name.hasSuffix(".\(FeatureKey.suffix)") {
            let stages = name.dropFirst(key.filePrefix.count).split(separator: ".").dropLast()
            known.append(stages.compactMap { Int($0) })
        }
        return known.filter { Set($0).isSuperset(of: key.stages) }.min { $0.count < $1.count }
    }

    /// The features of this key, if they are kept.
    ///
    /// - Parameters:
    ///   - key: What they are.
    ///   - channels: The channels of each stage.
    ///   - side: The side of the grid.
    ///   - set: The set's name, for the images that were skipped.
    /// - Returns: The features, now the ones used last; nil where they have to be extracted.
    func find(_ key: FeatureKey, channels: [Int], side: Int, set: String) -> FeatureSet? {
        let inMemory = kept.withLock { kept -> FeatureSet? in
            guard let place = kept.firstIndex(where: { $0.key == key }) else { return nil }
            kept.append(kept.remove(at: place))
            return kept.last?.features
        }
        if let inMemory {
            return FeatureSet(
                images: inMemory.images, numbers: inMemory.numbers,
                skipped: inMemory.skipped.map { .init(set: set, image: $0.image, cause: $0.cause) },
                digest: inMemory.digest)
        }
        let file = folder.appending(path: key.fileName)
        guard let found = FeatureFile(key, channels: channels, side: side, at: file) else { return nil }
        // Marks it as used last; where that fails it only goes earlier.
        try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: file.path)
        return found.features(of: set)
    }

    /// Makes ready to keep features that are about to be extracted.
    ///
    /// - Parameters:
    ///   - key: What they are.
    ///   - layout: How large one image's features are.
    ///   - count: How many images there are at most.
    ///   - isNeeded: Whether they are needed after their extraction.
    /// - Returns: What takes them; nil where they need not be kept and cannot be.
    /// - Throws: `ExperimentError.featuresDoNotFit` where they are needed and there is no room, `DataError.unwritable`
    ///   where they need the disk and it cannot be written to.
    func recorder(
        for key: FeatureKey, layout: FeatureLayout, count: Int, isNeeded: Bool
    ) throws -> FeatureRecorder? {
        let bytes = layout.count * MemoryLayout<Float>.stride * count
        let fitsMemory = bytes <= memoryLimit
        let needsDisk = isNeeded && !fitsMemory
        let memoryAlone = isNeeded && fitsMemory ? FeatureRecorder(memory: true, writer: nil) : nil
        if memoryAlone != nil { makeRoomInMemory(for: bytes) }
        guard keepsFiles || needsDisk else { return memoryAlone }
        guard bytes <= diskLimit else {
            guard !needsDisk else {
                throw ExperimentError.featuresDoNotFit(
                    images: count, bytes: bytes, memory: memoryLimit, disk: diskLimit, folder: folder.path)
            }
            return memoryAlone
        }
        makeRoomOnDisk(for: bytes)
        do throws(DataError) {
            let writer = try FeatureFileWriter(key, layout: layout, in: folder)
            return FeatureRecorder(memory: isNeeded && fitsMemory, writer: writer)
        } catch {
            guard !needsDisk else { throw error }
            return memoryAlone
        }
    }

    /// Takes features into memory.
    func keep(_ features: FeatureSet, as key: FeatureKey) {
        guard features.bytes <= memoryLimit else { return }
        makeRoomInMemory(for: features.bytes)
        kept.withLock { $0.append(Kept(key: key, features: features)) }
    }

    private func makeRoomInMemory(for bytes: Int) {
        kept.withLock { kept in
            var total = kept.reduce(bytes) { $0 + $1.features.bytes }
            while total > memoryLimit, !kept.isEmpty { total -= kept.removeFirst().features.bytes }
        }
    }

    private func fileNames() -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []  // No folder, no files.
    }

    /// Removes the files used longest ago until there is room, and what other processes have left unfinished for a day.
    private func makeRoomOnDisk(for bytes: Int) {
        var files: [(path: String, bytes: Int, used: Date)] = []
        for name in fileNames() where name.contains(".\(FeatureKey.suffix)") {
            let path = folder.appending(path: name).path
            // A file that another process has just removed takes no room.
            guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { continue }
            let used = attributes[.modificationDate] as? Date ?? .distantPast
            if name.hasSuffix(".partial") {
                if used.timeIntervalSinceNow < -86_400 { try? FileManager.default.removeItem(atPath: path) }  // Dead.
                continue
            }
            files.append((path, (attributes[.size] as? NSNumber)?.intValue ?? 0, used))
        }
        var total = files.reduce(bytes) { $0 + $1.bytes }
        for file in files.sorted(by: { ($0.used, $0.path) < ($1.used, $1.path) }) where total > diskLimit {
            // Whoever has mapped it keeps what he has mapped.
            try? FileManager.default.removeItem(atPath: file.path)
            total -= file.bytes
        }
    }
}
