import Foundation
import FoundationNetworking
import TestSupport
import Testing

@Suite("Workers that come and go, sweeps that are paused", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct ElasticTests {
    /// A coordinator in a folder, and commands that ask it.
    private struct Cluster {
        let folder: URL
        let coordinator: PosweepProcess
        let endpoint: String

        init(in folder: URL, _ arguments: String...) async throws {
            self.folder = folder
            coordinator = try PosweepProcess(
                ["coordinator", "--bind", LoopbackEndpoint.ofItsOwn().description, "--state", "state"] + arguments,
                in: folder)
            endpoint = try #require(await coordinator.endpoint)
        }

        func ask(_ arguments: String...) async throws -> PosweepProcess.Outcome {
            try await PosweepProcess.run(arguments + ["--coordinator", endpoint], in: folder)
        }

        /// A worker that has joined.
        func worker(_ number: Int) async throws -> PosweepProcess {
            let worker = try PosweepProcess(
                ["worker", "--coordinator", endpoint, "--threads", "1", "--spool", "worker-\(number)"], in: folder)
            #expect(await worker.says("joined the coordinator"))
            return worker
        }

        func workers() async throws -> [[String: Any]] {
            let output = try await ask("workers", "--json").output
            return try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]])
        }
    }

    private func text(of address: String) async throws -> (status: Int, body: String) {
        let (data, response) = try await URLSession.shared.data(from: try #require(URL(string: address)))
        return (try #require(response as? HTTPURLResponse).statusCode, String(decoding: data, as: UTF8.self))
    }

    @Test func `a pause holds a sweep back, over a killed coordinator too, until it is resumed`() async throws {
        try await withTemporaryFolder { folder in
            let sweep = try TinySweep(in: folder, text: TinySweep.text(passes: 2))
            let first = try await Cluster(in: folder)
            #expect(try await first.ask("submit", sweep.file.path).status == 0)
            #expect(try await first.ask("pause", "other").errors.contains("other"))
            #expect(try await first.ask("pause", "tiny").output == "tiny: paused\n")
            first.coordinator.send(SIGKILL)
            _ = await first.coordinator.outcome()

            let second = try await Cluster(in: folder)
            let worker = try await second.worker(1)
            let again = try await second.ask("submit", sweep.file.path)
            #expect(again.errors.contains("tiny is paused; posweep resume tiny"), "\(again.errors)")
            let status = try await second.ask("status").output
            #expect(status.contains("tiny: 0 of 8 trials finished, 2 tasks waiting, paused"), "\(status)")
            let held = try await second.workers().compactMap { $0["tasks"] as? Int }
            #expect(held == [0])
            #expect(try await second.ask("resume", "tiny").output == "tiny: resumed\n")
            #expect(await second.coordinator.says("sweep tiny has ended"))
            worker.send(SIGTERM)
            second.coordinator.send(SIGTERM)
            _ = await (worker.outcome(), second.coordinator.outcome())
            #expect(try await sweep.results(state: "state") == UndisturbedRuns.shared.results(of: sweep))
            let there = try await PosweepProcess.run(["pause", "tiny", "--state", "state"], in: folder)
            #expect(there.output == "tiny: paused\n", "\(there.errors)")
            let known = try await PosweepProcess.run(["workers", "--state", "state"], in: folder)
            #expect(known.output.contains("1 workers on 1 hosts, 1 threads"), "\(known.output)\(known.errors)")
        }
    }

    @Test func `a worker that is drained finishes what it has and ends; others go on, and the table is the same`()
        async throws
    {
        try await withTemporaryFolder { folder in
            let sweep = try TinySweep(in: folder, text: TinySweep.text(passes: 8))
            let cluster = try await Cluster(in: folder)
            let (first, second) = (try await cluster.worker(1), try await cluster.worker(2))
            #expect(try await cluster.ask("submit", sweep.file.path).status == 0)
            #expect(await first.says("task "))
            let nobody = try await cluster.ask("drain", "nowhere-7")
            #expect(nobody.status == 64)
            #expect(nobody.errors.contains("no worker is on 'nowhere-7'"), "\(nobody.errors)")
            #expect(nobody.errors.contains("(2 workers)"))

            let ids = try await cluster.workers().compactMap { $0["id"] as? String }
            #expect(ids.count == 2)
            let drained = try await cluster.ask("drain", try #require(ids.first), "--wait")
            #expect(drained.output.contains(" and ends"), "\(drained.errors)")
            let states = Dictionary(
                try await cluster.workers().map { ($0["id"] as? String ?? "", $0["state"] as? String ?? "") }
            ) { _, last in last }
            #expect(states[ids[0]] == "left" && states[ids[1]] == "connected", "\(states)")
            #expect(await cluster.coordinator.says("sweep tiny has ended"))

            let all = try await cluster.ask("drain", "--all", "--now", "--wait")
            #expect(all.output.contains("hands back 0 tasks and ends"), "\(all.output)\(all.errors)")
            let (one, other) = await (first.outcome(), second.outcome())
            #expect(one.status == 0 && other.status == 0)
            #expect([one, other].contains { $0.errors.contains("told to leave") })
            #expect(try await cluster.ask("drain", "--all").errors.contains("no worker is connected"))
            cluster.coordinator.send(SIGTERM)
            _ = await cluster.coordinator.outcome()
            #expect(try await sweep.results(state: "state") == UndisturbedRuns.shared.results(of: sweep))
        }
    }

    @Test func `figures and health of a coordinator are served beside its dashboard`() async throws {
        try await withTemporaryFolder { folder in
            let sweep = try TinySweep(in: folder, text: TinySweep.text(passes: 2))
            let cluster = try await Cluster(in: folder, "--dashboard", "127.0.0.1:0")
            #expect(await cluster.coordinator.says("health at /healthz"))
            let said = cluster.coordinator.saidSoFar
            let address = try #require(
                said.firstMatch(of: /dashboard is at (http:\/\/127[.0-9:]*)\//).map { String($0.1) })
            #expect(try await text(of: address + "/healthz") == (200, "ok\n"))
            _ = try await cluster.ask("submit", sweep.file.path)
            let before = try await metrics(at: address) { $0.contains("posweep_tasks_queued 2\n") }
            #expect(before.contains("posweep_sweep_tasks{sweep=\"tiny\",state=\"queued\"} 2\n"), "\(before)")
            let worker = try await cluster.worker(1)
            #expect(await cluster.coordinator.says("sweep tiny has ended"))
            let after = try await metrics(at: address) { $0.contains("posweep_results_total 8\n") }
            for line in [
                "posweep_tasks_queued 0\n", "posweep_trials_finished_total{sweep=\"tiny\"} 8\n",
                "posweep_workers{state=\"connected\"} 1\n",
            ] { #expect(after.contains(line), "\(after)") }
            worker.send(SIGTERM)
            cluster.coordinator.send(SIGTERM)
            _ = await (worker.outcome(), cluster.coordinator.outcome())
        }
    }

    /// The figures, once they say something; they may be half a second old.
    private func metrics(at address: String, _ isIt: (String) -> Bool) async throws -> String {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            let latest = try await text(of: address + "/metrics").body
            if isIt(latest) || .now > deadline { return latest }
        }
    }
}
