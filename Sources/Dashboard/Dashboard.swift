package import Coordination
import FlyingFox
import FlyingSocks
import Foundation
package import ResultsStore

/// A page over the store, for people who look at a run from a browser; it reads and changes nothing.
package struct Dashboard: Sendable {
    private let store: ResultsStore
    private let running: @Sendable () throws(StoreError) -> [RunningTraining]

    /// - Parameters:
    ///   - store: What is known of the sweeps.
    ///   - running: The trainings that run at the moment of the call.
    package init(store: ResultsStore, running: @escaping @Sendable () throws(StoreError) -> [RunningTraining] = { [] })
    {
        self.store = store
        self.running = running
    }

    /// Begins to listen.
    ///
    /// - Parameters:
    ///   - host: The address to listen at, as digits.
    ///   - port: The port.
    /// - Returns: The server, which ends when it is cancelled.
    /// - Throws: Where the address cannot be listened at.
    package func start(host: String, port: UInt16) async throws -> Task<Void, Never> {
        let server = HTTPServer(address: try .inet(ip4: host, port: port))
        await server.appendRoute("GET /") { [self] _ in response() }
        let failure = Task { () -> (any Error)? in
            do {
                try await server.run()
                return nil
            } catch {
                return error
            }
        }
        do {
            try await server.waitUntilListening(timeout: 5)
        } catch {
            failure.cancel()
            throw await failure.value ?? error
        }
        return Task {
            await withTaskCancellationHandler {
                _ = await failure.value
            } onCancel: {
                failure.cancel()
            }
        }
    }

    /// The page as it is now.
    package func page() throws(StoreError) -> Page {
        var sections: [Page.Section] = []
        for progress in try store.progress() {
            sections.append(
                Page.Section(
                    progress: progress, table: try store.table(of: progress.sweep),
                    curves: try store.curves(of: progress.sweep, atMost: Page.plotsLimit)))
        }
        return Page(sections: sections, running: try running())
    }

    private func response() -> HTTPResponse {
        let (status, html): (HTTPStatusCode, String)
        do throws(StoreError) {
            (status, html) = (.ok, try page().html)
        } catch {
            (status, html) = (.internalServerError, Page.failure(error.description))
        }
        return HTTPResponse(
            statusCode: status,
            headers: [
                .contentType: "text/html; charset=utf-8", HTTPHeader("Content-Security-Policy"): Page.securityPolicy,
                HTTPHeader("X-Content-Type-Options"): "nosniff", HTTPHeader("Cache-Control"): "no-store",
            ],
            body: Data(html.utf8))
    }
}
