import ArgumentParser
import Cluster
import Coordination
import Dashboard
import Experiments
import Foundation
import ResultsStore

/// Where a page over the run is served, and who may do something with it.
struct DashboardOption: ParsableArguments {
    @Option(
        name: .customLong("dashboard"),
        help: ArgumentHelp(
            "Serve a page that shows the run live, e.g. at 127.0.0.1:8080; whoever reaches the address may read everything.",
            valueName: "address:port"))
    var address: String?

    @Option(
        name: .customLong("dashboard-token-file"),
        help: ArgumentHelp(
            "A file with the token that lets people retry failed tasks from the page; without it the page only shows.",
            valueName: "file"), completion: .file())
    var tokenFile: String?

    /// Serves the page in the background until the server is cancelled.
    ///
    /// - Parameter coordinator: Whose sweeps and workers are shown. Its store is read over another connection, so that no commit
    ///   waits for a browser.
    /// - Returns: The server; nil where no address was given.
    /// - Throws: `Failure` where the options make no sense, and whatever keeps the page from being served.
    func serve(_ coordinator: CoordinatorProcess) async throws -> DashboardServer? {
        guard let address else {
            guard tokenFile == nil else {
                throw Failure.usage("--dashboard-token-file is of no use without --dashboard")
            }
            return nil
        }
        let parts = address.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1]) else {
            throw Failure.usage("--dashboard \(address): give ADDRESS:PORT, e.g. 127.0.0.1:8080")
        }
        let reader = try ResultsStore(reading: coordinator.store.folder.url)
        let watch = VitalsWatch(coordinator, names: reader)
        let dashboard = Dashboard(
            store: reader, cluster: ClusterView(coordinator),
            token: try tokenFile.map { try AccessToken(file: URL(filePath: $0)) }
        ) { await watch.snapshot() }
        let server = try await dashboard.start(host: String(parts[0]), port: port)
        printToStandardError(
            """
            posweep: the dashboard is at http://\(parts[0]):\(server.port)/, figures for Prometheus at /metrics, health at \
            /healthz
            """)
        return server
    }
}

extension ClusterView {
    init(_ coordinator: CoordinatorProcess) {
        self.init()
        workers = { coordinator.workers().map(Board.Worker.init) }
        running = coordinator.trainings
        retry = { sweep, trial in
            guard let trial else { return Retried(tasks: try coordinator.retryFailed(of: sweep)) }
            let retried = try coordinator.retryFailed(of: sweep, named: ["\(trial)"])
            return Retried(tasks: retried.tasks.count, otherTrials: retried.others.count)
        }
        truth = { target, stripes, side in
            guard side >= 2 else { return nil }
            let range = stripes.flatMap(StripeRange.init) ?? .unit
            return PositionMap(rawValue: target)?.values(side: side, stripes: range)
        }
    }
}

extension Board.Worker {
    init(_ worker: WorkerSummary) {
        self.init(
            id: worker.id, host: worker.host, key: worker.key, threads: worker.threads, version: worker.programVersion,
            state: worker.state, tasks: worker.tasks, secondsSinceHeard: worker.secondsSinceHeard ?? 0)
    }
}
