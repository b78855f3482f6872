import Coordination
import Dashboard
import Foundation
import FoundationNetworking
import ResultsStore
import TestSupport
import Testing

@Suite("Metrics and health")
struct MetricsTests {
    private static func snapshot(
        sweeps: [MetricsSnapshot.Sweep] = Self.sweeps, waiting: Double = 0, refuses: Bool = false,
        isDraining: Bool = false
    ) -> MetricsSnapshot {
        MetricsSnapshot(
            version: "0.1.0", uptimeSeconds: 12.5, sweeps: sweeps, workers: ["connected": 2, "silent": 1, "away": 0],
            tally: Tally(),
            store: MetricsSnapshot.Store(
                transactions: 7, records: 19, seconds: 0.0625, waiting: waiting, refuses: refuses),
            bytes: MetricsSnapshot.Bytes(received: 4_096, sent: 2_048, contents: 3_000_000_000),
            isDraining: isDraining)
    }

    private static let sweeps = [
        MetricsSnapshot.Sweep(
            name: "table1", isPaused: false, waiting: 3, blocked: 4, running: 2, finishedTrials: 40, failedTrials: 1),
        MetricsSnapshot.Sweep(
            name: "a \"quoted\" \\ name\nof two lines", isPaused: true, waiting: 5, running: 1, finishedTrials: 0,
            failedTrials: 0),
    ]

    @Test func `the text is as it was written down`() throws {
        try expectGolden(MetricsText(Self.snapshot()).text, "metrics.txt")
    }

    @Test func `a thousand sweeps have series for a hundred, the open ones first`() {
        let sweeps = (0..<1_000).map { number in
            MetricsSnapshot.Sweep(
                name: "sweep-\(number)", isPaused: false, waiting: number == 999 ? 1 : 0, running: 0,
                finishedTrials: 1, failedTrials: 0)
        }
        let text = MetricsText(Self.snapshot(sweeps: sweeps)).text
        #expect(text.matches(of: /posweep_trials_finished_total\{/).count == MetricsText.sweepsLimit)
        #expect(text.contains("posweep_trials_finished_total{sweep=\"sweep-999\"} 1\n"))
        #expect(text.contains("posweep_sweeps_omitted 900\n"))
        #expect(text.contains("posweep_tasks_queued 1\n"))
    }

    /// Where it is to be had: `pip install prometheus_client`.
    @Test(.enabled(if: hasPrometheusClient, "the Python package prometheus_client is not here"))
    func `Prometheus' own parser reads it, labels and all`() async throws {
        try await withTemporaryFolder { folder in
            let file = folder.appending(path: "metrics.txt")
            try Data(MetricsText(Self.snapshot()).text.utf8).write(to: file)
            let program = """
                import sys
                from prometheus_client.parser import text_string_to_metric_families as families
                for family in families(open(sys.argv[1]).read()):
                    for sample in family.samples:
                        print(family.type, sample.name, sorted(sample.labels.items()), float(sample.value))
                """
            let output = folder.appending(path: "read.txt")
            try Data().write(to: output)
            let handle = try FileHandle(forWritingTo: output)
            try await SystemCommand.run(["python3", "-c", program, file.path], output: handle)
            let read = try String(contentsOf: output, encoding: .utf8)
            #expect(read.contains("gauge posweep_tasks_queued [] 3.0\n"), "\(read)")
            #expect(read.contains("summary posweep_store_commit_seconds_sum [] 0.0625\n"))
            #expect(
                read.contains(
                    "counter posweep_trials_finished_total [('sweep', 'a \"quoted\" \\\\ name\\nof two lines')] 0.0\n"))
        }
    }

    @Test func `health is that of the thread and of the disk, readiness of what is done too`() {
        let cases: [(MetricsSnapshot?, healthz: Int, readyz: Int, word: String)] = [
            (Self.snapshot(), 200, 200, "ok"),
            (nil, 503, 503, "does not answer within 5 s"),
            (Self.snapshot(waiting: 61), 503, 503, "wait for 61 s"),
            (Self.snapshot(waiting: 59), 200, 200, "ok"),
            (Self.snapshot(refuses: true), 200, 503, "refuses records"),
            (Self.snapshot(isDraining: true), 200, 503, "about to end"),
        ]
        for (snapshot, healthz, readyz, word) in cases {
            #expect(Dashboard.liveness(snapshot).status == healthz)
            #expect(Dashboard.readiness(snapshot).status == readyz)
            #expect(Dashboard.readiness(snapshot).text.contains(word))
        }
        #expect(Dashboard.metrics(nil).status == 503)
    }

    @Test func `they are served beside the page, and only where there is a coordinator`() async throws {
        try await withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder.appending(path: "state"))
            let server = try await Dashboard(store: store, snapshot: { Self.snapshot() }).start(
                host: "127.0.0.1", port: 0)
            func answer(_ path: String, at port: UInt16) async throws -> (Int, String, type: String?) {
                let url = try #require(URL(string: "http://127.0.0.1:\(port)\(path)"))
                let (data, response) = try await URLSession.shared.data(from: url)
                let http = try #require(response as? HTTPURLResponse)
                return (
                    http.statusCode, String(decoding: data, as: UTF8.self),
                    http.value(forHTTPHeaderField: "Content-Type")
                )
            }
            let metrics = try await answer("/metrics", at: server.port)
            #expect(metrics.0 == 200 && metrics.1 == MetricsText(Self.snapshot()).text)
            #expect(metrics.type == MetricsText.contentType)
            #expect(try await answer("/healthz", at: server.port).1 == "ok\n")
            #expect(try await answer("/readyz", at: server.port).0 == 200)
            let plain = try await Dashboard(store: store).start(host: "127.0.0.1", port: 0)
            #expect(try await answer("/metrics", at: plain.port).0 == 404)
            for server in [server, plain] {
                server.cancel()
                await server.value
            }
            try store.close()
        }
    }

    @Test func `a port that somebody has is said to be in use, and not that it took too long`() async throws {
        try await withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder.appending(path: "state"))
            let first = try await Dashboard(store: store).start(host: "127.0.0.1", port: 0)
            do {
                let second = try await Dashboard(store: store).start(host: "127.0.0.1", port: first.port)
                Issue.record("it listens at port \(second.port)")
            } catch {
                #expect(!(error is CancellationError))
                #expect("\(error)".contains("in use"), "\(error)")
            }
            first.cancel()
            await first.value
            try store.close()
        }
    }

    private static let hasPrometheusClient = SystemCommand.works("python3", "-c", "import prometheus_client")
}
