import Cluster
import Coordination
import Dashboard
import ResultsStore

/// The address of `--dashboard`, if one was given.
struct DashboardOption {
    private let address: String?

    init(_ address: String?) {
        self.address = address
    }

    /// Serves the page, and a coordinator's trainings and figures where there is one, in the background until the server is cancelled.
    ///
    /// - Parameters:
    ///   - store: What is shown; it is read over a connection of its own, so that no commit waits for a reader.
    ///   - running: The trainings that run at the moment.
    ///   - coordinator: Who is asked for figures.
    /// - Returns: The server; nil where no address was given.
    /// - Throws: `Failure` for what is no address, and where it cannot be listened at.
    func serve(
        _ store: ResultsStore, running: @escaping @Sendable () throws(StoreError) -> [RunningTraining],
        of coordinator: CoordinatorProcess? = nil
    ) async throws -> DashboardServer? {
        guard let address else { return nil }
        let parts = address.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1]) else {
            throw Failure.usage("--dashboard \(address): give ADDRESS:PORT, e.g. 127.0.0.1:8080")
        }
        let reader = try ResultsStore(reading: store.folder.url)
        let dashboard =
            if let watch = coordinator.map({ VitalsWatch($0, names: reader) }) {
                Dashboard(store: reader, running: running) { await watch.snapshot() }
            } else {
                Dashboard(store: reader, running: running)
            }
        let server = try await dashboard.start(host: String(parts[0]), port: port)
        printToStandardError(
            "posweep: the dashboard is at http://\(parts[0]):\(server.port)/"
                + (coordinator == nil ? "" : ", figures for Prometheus at /metrics, health at /healthz"))
        return server
    }
}
