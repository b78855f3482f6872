import Coordination
import FlyingFox
import Foundation
import ResultsStore
import Synchronization
import TestSupport
import Testing

@testable import Dashboard

@Suite("Server-sent events", .timeLimit(.minutes(10)))
struct EventStreamTests {
    /// Listens, until what was sent holds a text.
    private func listen(
        to dashboard: RunningDashboard, after seen: String? = nil, until isEnough: @escaping @Sendable (String) -> Bool
    ) async throws -> String {
        let headers = seen.map { "Last-Event-ID: \($0)\r\n" } ?? ""
        return try await onOwnThread {
            let connection = try dashboard.connection()
            try connection.write(Array("GET /api/events HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n".utf8))
            var text: [UInt8] = []
            while !isEnough(String(decoding: text, as: UTF8.self)) {
                let next = try connection.read(1)
                guard !next.isEmpty else { break }
                text += next
            }
            return String(decoding: text, as: UTF8.self)
        }
    }

    @Test func `a listener gets the whole board, and then what changes`() async throws {
        let tasks = Mutex(1)
        var view = ClusterView()
        view.workers = {
            [
                Board.Worker(
                    id: "abcdef01", host: "lab<1>", key: nil, threads: 8, version: "0.1", state: "connected",
                    tasks: tasks.withLock(\.self), secondsSinceHeard: 1)
            ]
        }
        try await RunningDashboard.with(view) { (dashboard) async throws in
            let text = try await listen(to: dashboard) { text in
                if text.contains("event: board"), text.contains("\n\n") { tasks.withLock { $0 = 2 } }
                return text.contains("event: change") && text.contains("\"tasks\":2,\"threads\"")
            }
            #expect(text.contains("text/event-stream"))
            #expect(text.contains("\"host\":\"lab<1>\""))
            #expect(text.contains("\"finished\":6"))
            #expect(text.contains("\"state\":\"failed\""))
            // Whoever comes back is told what it has missed, and not everything.
            let last = try #require(text.matches(of: /id: (\d+)/).last?.1)
            let again = Task {
                try await listen(to: dashboard, after: String(last)) { $0.contains("\"tasks\":3,\"threads\"") }
            }
            tasks.withLock { $0 = 3 }
            let missed = try await again.value
            #expect(!missed.contains("event: board"))
        }
    }

    @Test func `what is committed while somebody listens is sent without being asked for`() async throws {
        try await RunningDashboard.with { (dashboard) async throws in
            let store = dashboard.store
            let text = try await listen(to: dashboard) { text in
                if text.hasSuffix("\"workers\":[]}\n") { _ = try? store.commit([SampleStore.result(6)]) }
                return text.contains("\"finished\":7")
            }
            #expect(text.contains("event: change"))
        }
    }

    @Test func `there is place for so many listeners, and one that leaves makes room`() {
        let events = EventStream()
        var bodies = (0..<EventStream.listenersLimit).map { _ in events.listen(after: nil, whole: (0, Data())) }
        #expect(bodies.allSatisfy { $0 != nil })
        #expect(events.listen(after: nil, whole: (0, Data())) == nil)
        bodies.removeLast()
        #expect(events.listen(after: nil, whole: (0, Data())) != nil)
        bodies = []
        #expect(!events.isHeard)
    }

    @Test func `a listener that does not read is dropped, and another one is not`() async throws {
        let events = EventStream()
        let slow = try #require(events.listen(after: nil, whole: (0, Data())))
        for number in 0..<(2 * EventStream.backlogLimit) { events.send("change", Data("\(number)".utf8)) }
        #expect(!events.isHeard)
        var pieces = 0
        for try await _ in slow { pieces += 1 }
        // The last piece is the end.
        #expect(pieces == EventStream.backlogLimit + 1)
    }

    @Test func `a listener that has missed too much begins anew`() async throws {
        let events = EventStream()
        for number in 0..<(EventStream.memory + 5) { events.send("change", Data("n\(number).".utf8)) }
        func first(after seen: UInt64) async throws -> String {
            let body = try #require(events.listen(after: seen, whole: (events.last, Data("everything".utf8))))
            var pieces = body.makeAsyncIterator()
            return String(decoding: try #require(try await pieces.next()), as: UTF8.self)
        }
        #expect(try await first(after: 1).contains("everything"))
        #expect(try await first(after: 1_000).contains("everything"))
        let missed = try await first(after: events.last - 2)
        #expect(!missed.contains("everything") && missed.contains("n67.") && missed.contains("n68."))
        #expect(!missed.contains("n66."))
    }
}
