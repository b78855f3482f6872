package import Coordination
import FlyingFox
import FlyingSocks
import Foundation
package import ResultsStore

/// A page over the store for people who look at a run from a browser, and a coordinator's figures for programs that watch it; it
/// reads and changes nothing.
package struct Dashboard: Sendable {
    private let store: ResultsStore
    private let running: @Sendable () throws(StoreError) -> [RunningTraining]
    private let snapshot: (@Sendable () async -> MetricsSnapshot?)?

    /// - Parameters:
    ///   - store: What the page shows.
    ///   - running: The trainings that run at the moment of the call.
    ///   - snapshot: Asks the coordinator; it gives nil where that does not answer within ``Health/answerLimit``. Without it
    ///     there is the page alone.
    package init(
        store: ResultsStore, running: @escaping @Sendable () throws(StoreError) -> [RunningTraining] = { [] },
        snapshot: (@Sendable () async -> MetricsSnapshot?)? = nil
    ) {
        self.store = store
        self.running = running
        self.snapshot = snapshot
    }

    /// Begins to listen.
    ///
    /// - Parameters:
    ///   - host: The address to listen at, as digits.
    ///   - port: The port; 0 picks a free one.
    /// - Returns: The server, which ends when it is cancelled.
    /// - Throws: Where the address cannot be listened at.
    package func start(host: String, port: UInt16) async throws -> DashboardServer {
        let server = HTTPServer(address: try .inet(ip4: host, port: port))
        await server.appendRoute("GET /") { [self] _ in page().response }
        if let snapshot {
            await server.appendRoute("GET /metrics") { _ in Self.metrics(await snapshot()).response }
            await server.appendRoute("GET /healthz") { _ in Self.liveness(await snapshot()).response }
            await server.appendRoute("GET /readyz") { _ in Self.readiness(await snapshot()).response }
        }
        return try await DashboardServer(server)
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

    // MARK: Answers

    private func page() -> Answer {
        do throws(StoreError) {
            return Answer(type: "text/html; charset=utf-8", text: try page().html)
        } catch {
            return Answer(
                status: 500, type: "text/html; charset=utf-8", text: Page.failure(error.description))
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
