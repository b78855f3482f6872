import ArgumentParser
import Cluster

/// How a worker comes by the images and weights that its tasks read.
struct ContentOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the coordinator hands out images and weights; by default the port after its own.",
            valueName: "address"))
    var blobs: String?

    @Flag(help: "Copy images and weights also where the coordinator's folder is seen here, as from a slow shared disk.")
    var copy = false

    /// What brings them to this host.
    func fetcher(from coordinator: String, key: KeyOptions, cache: CacheOptions) throws -> ContentFetcher {
        ContentFetcher(
            cache: cache.contents, endpoint: endpoint(beside: coordinator),
            credentials: try key.credentials(for: coordinator), sharesFolders: !copy)
    }

    /// Where the coordinator hands them out, and takes in what workers make.
    func endpoint(beside coordinator: String) -> Endpoint {
        blobs.map { Endpoint($0) } ?? Endpoint(coordinator).blobs
    }

    /// The options as a compute process is given them.
    var arguments: [String] { (blobs.map { ["--blobs", $0] } ?? []) + (copy ? ["--copy"] : []) }
}
