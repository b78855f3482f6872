import ArgumentParser
import Cluster
import Coordination
import Experiments
import Foundation

/// Where a worker keeps the features that it has extracted, and the images and weights that it has fetched.
struct CacheOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            A folder in which features are kept for later runs, and fetched images and weights; without it features stay \
            in memory, and what does not fit is in ~/.cache/posweep.
            """,
            valueName: "folder"), completion: .directory)
    var cache: String?

    @Option(
        help: ArgumentHelp(
            "How much features may take there, and as much again fetched files, as 20GB; the oldest go first.",
            valueName: "size"))
    var cacheLimit = ByteCount(bytes: FeatureCache.defaultDiskLimit)

    /// The cache of a worker with so many threads: it may take its share of half of the host's memory, and half of what
    /// the worker may take.
    func features(threads: Int, memory limit: ByteCount? = nil) -> FeatureCache {
        let cores = max(1, ProcessInfo.processInfo.activeProcessorCount)
        let memory = Int(clamping: ProcessInfo.processInfo.physicalMemory) / 2
        return FeatureCache(
            memoryLimit: min(memory / max(1, cores / max(1, threads)), (limit?.bytes ?? .max) / 2),
            folder: cache.map { URL(filePath: $0) },
            diskLimit: cacheLimit.bytes)
    }

    /// The options with no larger cache than a machine's owner gives.
    func within(_ rules: OwnerRules) -> CacheOptions {
        guard let limit = rules.cacheLimit else { return self }
        var options = self
        options.cacheLimit = ByteCount(bytes: min(limit, cacheLimit.bytes))
        return options
    }

    /// Where fetched images and weights are kept.
    var contents: BlobCache {
        let folder = cache.map { URL(filePath: $0) } ?? FeatureCache.spillFolder
        return BlobCache(folder: folder.appending(path: "contents"), limit: cacheLimit.bytes)
    }

    /// The options as a worker process is given them.
    var arguments: [String] {
        (cache.map { ["--cache", URL(filePath: $0).path] } ?? []) + ["--cache-limit", cacheLimit.description]
    }
}

/// A number of bytes as people write it.
struct ByteCount: ExpressibleByArgument, CustomStringConvertible {
    let bytes: Int

    private static let units: KeyValuePairs = [
        "TB": 1_000_000_000_000, "GB": 1_000_000_000, "MB": 1_000_000, "KB": 1_000, "B": 1,
    ]

    init(bytes: Int) {
        self.bytes = bytes
    }

    init?(argument: String) {
        let text = argument.uppercased()
        let unit = Self.units.first { text.hasSuffix($0.key) }
        guard let number = Double(text.dropLast(unit?.key.count ?? 0).trimmingCharacters(in: .whitespaces)),
            number >= 0, number * Double(unit?.value ?? 1) < 1e18
        else { return nil }
        bytes = Int(number * Double(unit?.value ?? 1))
    }

    var description: String {
        let unit = Self.units.first { bytes >= $0.value && bytes.isMultiple(of: $0.value) }
        return unit.map { "\(bytes / $0.value)\($0.key)" } ?? "\(bytes)B"
    }
}
