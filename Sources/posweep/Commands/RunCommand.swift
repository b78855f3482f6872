import ArgumentParser
import Cluster
import Dashboard
import Foundation
import ResultsStore
import Sweep

struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a sweep on this machine and print its table.",
        discussion: """
            Starts a coordinator and local worker processes. Ctrl-C stops; the same command
            goes on where it was. Exit status 1 where a task failed or the run was stopped.

            Examples:

              posweep run sweeps/quickstart.yaml
              posweep run mine.yaml --workers 2 --set fit.epochs=3
            """)

    @OptionGroup var source: SweepSource

    @Option(help: "Worker processes; by default one for every two cores.")
    var workers: Int?

    @Option(help: "Threads of each worker; by default the cores shared out among the workers.")
    var threads: Int?

    @Option(
        help: ArgumentHelp("The state folder; by default NAME.state for the sweep NAME.", valueName: "folder"),
        completion: .directory)
    var state: String?

    @OptionGroup var cache: CacheOptions

    @OptionGroup var compute: ComputeOptions

    @OptionGroup var dashboard: DashboardOption

    func validate() throws {
        guard (workers ?? 1) > 0 else { throw ValidationError("--workers must be at least 1") }
        guard (1...256).contains(threads ?? 1) else { throw ValidationError("--threads must be from 1 to 256") }
    }

    func run() async throws {
        let definition = try source.definition(workers: workerCount)
        let folder = state.map { URL(filePath: $0) } ?? StateOptions.folder(ofSweep: definition.name)
        let store = try ResultsStore(folder: folder)
        let run = try LocalRun(
            definition, store: store, workers: workerCount, threads: threadCount,
            workerFolder: folder.appending(path: "workers"),
            workerArguments: cache.arguments + compute.arguments)
        let page = try await dashboard.serve(run.coordinator)
        let outcome = try await run.finish(
            resumeHint:
                "\(ShellCommand("run", definition.origin, state.map { ShellCommand.option("state", $0) } ?? []))")
        page?.cancel()
        print(try store.table(of: run.submission.sweep).formatted(as: .text), terminator: "")
        try store.close()
        switch outcome {
        case .complete: break
        case .failed(let tasks): throw Failure.work("\(tasks) tasks failed; their causes stand below the table")
        case .interrupted(let cause): throw Failure.work(cause)
        }
    }

    private var workerCount: Int { workers ?? max(1, Host.current.cores / 2) }

    private var threadCount: Int { threads ?? max(1, Host.current.cores / workerCount) }
}
