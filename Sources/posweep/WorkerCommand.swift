import ArgumentParser
import Cluster
import Coordination
import Foundation

struct WorkerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Work for a coordinator until told to stop.",
        discussion: """
            Finds the coordinator again when it restarts. Ctrl-C or SIGTERM hands back what is running.

            Examples:

              posweep worker --coordinator tcp://127.0.0.1:5555 --threads 4
              posweep worker --coordinator tcp://HOST:5555 --key lab2-07.key
            """)

    @Option(help: "The coordinator's address.")
    var coordinator: String

    @Option(help: "Threads that compute; by default all cores.")
    var threads: Int?

    @Option(
        help: ArgumentHelp(
            "Where the coordinator hands out images and weights.",
            discussion: "By default the port after the coordinator's.", valueName: "address"))
    var blobs: String?

    @Flag(help: "Copy images and weights also where the coordinator's folder is seen here, as from a slow shared disk.")
    var copy = false

    @OptionGroup var key: KeyOptions

    @OptionGroup var cache: CacheOptions

    @Option(help: .hidden)
    var identity: String?

    @Flag(help: .hidden)
    var endsWithParent = false

    func validate() throws {
        guard (1...256).contains(threads ?? 1) else { throw ValidationError("--threads must be from 1 to 256") }
        guard identity == nil || identity.flatMap({ WorkerID($0) }) != nil else {
            throw ValidationError("--identity takes 32 hexadecimal digits")
        }
    }

    func run() throws {
        let threads = threads ?? Host.current.cores
        let isAlone = !endsWithParent
        let credentials = try key.credentials(for: coordinator)
        let fetcher = ContentFetcher(
            cache: cache.contents, endpoint: blobs.map { Endpoint($0) } ?? Endpoint(coordinator).blobs,
            credentials: credentials, sharesFolders: !copy)
        let worker = try WorkerProcess(
            coordinator: coordinator, credentials: credentials,
            identity: identity.flatMap { WorkerID($0) }
                ?? WorkerID(high: .random(in: .min ... .max), low: .random(in: .min ... .max)),
            threads: threads,
            runner: TaskRun.experiments(threads: threads, cache: cache.features(threads: threads), fetcher: fetcher)
        ) { notice in
            if isAlone, let line = notice.line { printToStandardError("posweep: \(line)") }
        }
        if endsWithParent { Self.endWithStandardInput() }
        let signals = Signals(drain: worker.drain) { Foundation.exit(1) }
        defer { withExtendedLifetime(signals) {} }
        if case .refused(let reason) = worker.waitUntilEnded() {
            throw Failure.work("the coordinator refused this worker: \(reason)")
        }
    }

    /// The parent holds the other end of standard input, which closes when the parent ends in whatever way.
    private static func endWithStandardInput() {
        let thread = Thread {
            while !FileHandle.standardInput.availableData.isEmpty {}
            Foundation.exit(1)
        }
        thread.start()
    }
}

extension WorkerProcess.Notice {
    /// A line for a log, where the notice is worth one.
    var line: String? {
        switch self {
        case .report(.joined): "joined the coordinator"
        case .report(.refused(let reason)): "refused: \(reason)"
        case .report(.staleCoordinator(let epoch, let seen)):
            "the coordinator works on an older copy of its state (epoch \(epoch), seen \(seen)); waiting for the newer"
        case .report(.coordinatorSilent): "the coordinator is silent"
        case .connecting(let attempt): attempt == 1 ? "no connection; trying again until there is one" : nil
        case .refused(let refusal): refusal.description
        case .started(let name, let trials): "task \(name.task.short), attempt \(name.attempt): \(trials) trials"
        case .finished(_, let trial): "trial \(trial.short) is finished"
        case .failed(let name, let cause): "task \(name.task.short) failed: \(cause)"
        }
    }
}
