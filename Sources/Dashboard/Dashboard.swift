import FlyingFox
import FlyingSocks
import Foundation
package import ResultsStore

/// A page over the store, for people who look at a run from a browser.
///
/// It reads the store over a connection that should be its own, so that no commit waits for it; it changes nothing but what
/// ``ClusterView`` lets it, for those who show a token.
package struct Dashboard: Sendable {
    private let store: ResultsStore
    private let watch: BoardWatch
    private let token: AccessToken?

    /// - Parameters:
    ///   - store: What is shown.
    ///   - cluster: Who works, and what else no store knows.
    ///   - token: What whoever changes something has to show; without one nobody can.
    package init(store: ResultsStore, cluster: ClusterView = ClusterView(), token: AccessToken? = nil) {
        self.store = store
        self.token = token
        watch = BoardWatch(store, cluster)
    }

    /// What the table of a sweep of a million trials may take where the host has other things to do.
    private static let answerSeconds = 120.0

    /// Begins to listen.
    ///
    /// - Parameters:
    ///   - host: The address to listen at, as digits.
    ///   - port: The port; 0 picks a free one.
    /// - Returns: The server, which ends when it is cancelled.
    /// - Throws: Where the address cannot be listened at.
    package func start(host: String, port: UInt16) async throws -> DashboardServer {
        let server = HTTPServer(
            address: try .inet(ip4: host, port: port), timeout: Self.answerSeconds, logger: .disabled)
        await LiveRoutes(watch: watch, token: token, isLoopback: host.hasPrefix("127.")).append(to: server)
        await server.appendRoute("GET /plain") { [self] _ in await response() }
        return try await DashboardServer(server)
    }

    /// The page without scripts, as it is now.
    package func page() throws -> Page {
        var sections: [Page.Section] = []
        for progress in try store.progress() {
            sections.append(
                Page.Section(
                    progress: progress, table: try store.table(of: progress.sweep),
                    curves: try store.curves(of: progress.sweep, atMost: Page.plotsLimit)))
        }
        return Page(sections: sections, running: try watch.view.running())
    }

    private func response() async -> HTTPResponse {
        let (status, html): (HTTPStatusCode, String)
        do {
            (status, html) = (.ok, try await watch.reader.read { _ in try page().html })
        } catch {
            (status, html) = (.internalServerError, Page.failure("\(error)"))
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
