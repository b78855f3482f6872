import ArgumentParser
import Cluster
import Foundation

/// The process under a worker that computes; started by the worker, of no use to anybody else.
struct ComputeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compute", abstract: "Compute tasks for the worker that has started this process.",
        shouldDisplay: false)

    @Option
    var threads: Int

    @Option
    var memory: ByteCount?

    @Flag
    var background = false

    @Option
    var coordinator: String

    /// The worker's own folder.
    @Option
    var files: String

    @Option
    var checkpointEvery: TimeSpan

    @OptionGroup var key: KeyOptions

    @OptionGroup var contents: ContentOptions

    @OptionGroup var cache: CacheOptions

    func run() throws {
        if background { Background.enter() }
        let features = cache.features(threads: threads, memory: memory)
        let fetcher = try contents.fetcher(from: coordinator, key: key, cache: cache)
        ComputeService.run(
            memory: memory?.bytes,
            runner: TaskRun.experiments(
                threads: threads, cache: features, fetcher: fetcher, files: WorkerFiles(in: URL(filePath: files)),
                checkpointEvery: checkpointEvery.duration))
    }
}
