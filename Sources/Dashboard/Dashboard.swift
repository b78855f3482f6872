import FlyingFox
import FlyingSocks
import Foundation
package import ResultsStore

/// A page over the store for people who look at a run from a browser, and a coordinator's figures for programs that watch it.
///
/// It reads the store over a connection that should be its own, so that no commit waits for it; it changes nothing but what
/// ``ClusterView`` lets it, for those who show a token.
package struct Dashboard: Sendable {
    private let store: ResultsStore
    private let watch: BoardWatch
    private let token: AccessToken?
    private let snapshot: (@Sendable () async -> MetricsSnapshot?)?

    /// - Parameters:
    ///   - store: What is shown.
    ///   - cluster: Who works, and what else no store knows.
    ///   - token: What whoever changes something has to show; without one nobody can.
    ///   - snapshot: Asks the coordinator; it gives nil where that does not answer within ``Health/answerLimit``. Without it
    ///     there is the page alone.
    package init(
        store: ResultsStore, cluster: ClusterView = ClusterView(), token: AccessToken? = nil,
        snapshot: (@Sendable () async -> MetricsSnapshot?)? = nil
    ) {
        self.store = store
        self.token = token
        self.snapshot = snapshot
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
        await server.appendRoute("GET /plain") { [self] _ in await plainPage().response }
        if let snapshot {
            await server.appendRoute("GET /metrics") { _ in Self.metrics(await snapshot()).response }
            await server.appendRoute("GET /healthz") { _ in Self.liveness(await snapshot()).response }
            await server.appendRoute("GET /readyz") { _ in Self.readiness(await snapshot()).response }
        }
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

    // MARK: Answers

    private func plainPage() async -> Answer {
        do {
            return Answer(type: "text/html; charset=utf-8", text: try await watch.reader.read { _ in try page().html })
        } catch {
            return Answer(status: 500, type: "text/html; charset=utf-8", text: Page.failure("\(error)"))
        }
    }

    /// The answer to who asks for figures.
    package static func metrics(_ snapshot: MetricsSnapshot?) -> Answer {
        guard let snapshot else { return .unavailable(Health(nil).illness) }
        return Answer(type: MetricsText.contentType, text: MetricsText(snapshot).text)
    }

    /// The answer to who would start the coordinator anew where it is ill.
    package static func liveness(_ snapshot: MetricsSnapshot?) -> Answer {
        let health = Health(snapshot)
        if let illness = health.illness { return .unavailable(illness) }
        return .plain("ok" + (health.hindrance.map { "; \($0)" } ?? ""))
    }

    /// The answer to who would send work elsewhere where the coordinator does none.
    package static func readiness(_ snapshot: MetricsSnapshot?) -> Answer {
        let health = Health(snapshot)
        if let cause = health.illness ?? health.hindrance { return .unavailable(cause) }
        return .plain("ok")
    }
}
