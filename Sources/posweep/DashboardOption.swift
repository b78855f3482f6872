import Coordination
import Dashboard
import ResultsStore

/// The address of `--dashboard`, if one was given.
struct DashboardOption {
    private let address: String?

    init(_ address: String?) {
        self.address = address
    }

    /// Serves the page in the background until the returned task is cancelled.
    ///
    /// - Parameters:
    ///   - store: What is known of the sweeps.
    ///   - running: The trainings that run at the moment.
    /// - Returns: The server; nil where no address was given.
    /// - Throws: Where the address is none, or cannot be listened at.
    func serve(
        _ store: ResultsStore, running: @escaping @Sendable () throws(StoreError) -> [RunningTraining]
    ) async throws -> Task<Void, Never>? {
        guard let address else { return nil }
        let parts = address.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1]) else {
            throw Failure.usage("--dashboard \(address): give ADDRESS:PORT, e.g. 127.0.0.1:8080")
        }
        let dashboard = Dashboard(store: store, running: running)
        let server = try await dashboard.start(host: String(parts[0]), port: port)
        printToStandardError("posweep: the dashboard is at http://\(address)/")
        return server
    }
}
