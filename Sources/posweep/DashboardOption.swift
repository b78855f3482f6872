import Dashboard
import ResultsStore

/// The address of `--dashboard`, if one was given.
struct DashboardOption {
    private let address: String?

    init(_ address: String?) {
        self.address = address
    }

    /// Serves the page in the background until the returned task is cancelled.
    func serve(_ store: ResultsStore) async throws -> Task<Void, Never>? {
        guard let address else { return nil }
        let parts = address.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1]) else {
            throw Failure.usage("--dashboard \(address): give ADDRESS:PORT, e.g. 127.0.0.1:8080")
        }
        let dashboard = Dashboard(store: store)
        let server = try await dashboard.start(host: String(parts[0]), port: port)
        printToStandardError("posweep: the dashboard is at http://\(address)/")
        return server
    }
}
