import FlyingFox
import FlyingSocks

/// A dashboard that listens.
package struct DashboardServer: Sendable {
    /// The port at which it listens.
    package let port: UInt16
    private let run: Task<(any Error)?, Never>

    /// Runs a server; when this returns, it listens.
    init(_ server: HTTPServer) async throws {
        // A busy host may take its time; what keeps the server from listening ends the wait at once.
        let listening = Task { try await server.waitUntilListening(timeout: 600) }
        let run = Task { () -> (any Error)? in
            defer { listening.cancel() }
            do {
                try await server.run()
                return nil
            } catch {
                return error
            }
        }
        do {
            try await listening.value
        } catch {
            run.cancel()
            throw await run.value ?? error
        }
        self.run = run
        port =
            switch await server.listeningAddress {
            case .ip4(_, let port), .ip6(_, let port): port
            case .unix, nil: 0
            }
    }

    package func cancel() {
        run.cancel()
    }

    /// Returns when it has ended.
    package var value: Void {
        get async { _ = await run.value }
    }
}
