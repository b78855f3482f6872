import ArgumentParser
import Cluster

/// The process under a worker that computes; started by the worker, of no use to anybody else.
struct ComputeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compute", abstract: "Compute tasks for the worker that has started this process.",
        shouldDisplay: false)

    @Option
    var threads: Int

    @Option
    var memory: ByteCount?

    @OptionGroup var cache: CacheOptions

    func run() throws {
        let features = cache.features(threads: threads, memory: memory)
        ComputeService.run(
            memory: memory?.bytes, runner: TaskRun.experiments(threads: threads, cache: features))
    }
}
