import Foundation
import TestSupport
import Testing

/// A worker on a machine that belongs to somebody, who comes and goes in a folder that stands for the machine's root.
@Suite("Spare machines", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct SpareMachineTests {
    @Test func `when somebody comes the computation stands still, and goes on when they have gone`() async throws {
        try await withTemporaryFolder { folder in
            let machine = try await Machine(in: folder)
            let compute = try await machine.computation()
            try machine.owner(isThere: true)
            #expect(await machine.worker.says("suspended: somebody is at the machine"))
            try await machine.wait { isStopped(compute) }
            let before = ticks(of: compute)
            var status = ""
            while !status.contains("stands still: somebody is at the machine") {
                try Task.checkCancellation()
                status = try await machine.ask("status").output
            }
            #expect(ticks(of: compute) == before)
            #expect(isStopped(compute))
            try machine.owner(isThere: false)
            #expect(await machine.worker.says("continuing: nobody needs this machine any more"))
            #expect(await machine.coordinator.says("sweep tiny has ended"))
            #expect(!machine.coordinator.saidSoFar.contains("failed"), "\(machine.coordinator.saidSoFar)")
            #expect(
                try await machine.sweep.results(state: "state")
                    == UndisturbedRuns.shared.results(of: machine.sweep))
        }
    }

    @Test func `who stays gets the machine back, and another worker the task`() async throws {
        try await withTemporaryFolder { folder in
            let machine = try await Machine(in: folder, rules: "max_suspend_time: 1s\nmax_vacate_time: 1s\n")
            let compute = try await machine.computation()
            try machine.owner(isThere: true)
            #expect(await machine.worker.says("handed back what was suspended: it was suspended for 1 s"))
            #expect(await machine.worker.says("ended the computation, to give back its memory"))
            try await machine.wait { state(of: compute).map { "ZX".contains($0) } != false }
            let other = try PosweepProcess(
                ["worker", "--coordinator", machine.endpoint, "--threads", "1", "--spool", "other"], in: folder)
            #expect(await other.says("joined the coordinator"))
            #expect(await machine.coordinator.says("sweep tiny has ended"))
            // What is handed back is nobody's fault.
            #expect(!machine.coordinator.saidSoFar.contains("failed"), "\(machine.coordinator.saidSoFar)")
            #expect(!machine.coordinator.saidSoFar.contains("lost"), "\(machine.coordinator.saidSoFar)")
            #expect(
                try await machine.sweep.results(state: "state")
                    == UndisturbedRuns.shared.results(of: machine.sweep))
        }
    }

    @Test func `a computation that stands still ends with its worker`() async throws {
        try await withTemporaryFolder { folder in
            let machine = try await Machine(in: folder)
            let compute = try await machine.computation()
            try machine.owner(isThere: true)
            try await machine.wait { isStopped(compute) }
            machine.worker.send(SIGKILL)
            try await machine.wait { state(of: compute).map { "ZX".contains($0) } != false }
        }
    }

    @Test func `a guest computes only what nobody else wants, and alone`() async throws {
        try await withTemporaryFolder { folder in
            let machine = try await Machine(in: folder, isBackground: true)
            let compute = try await machine.computation()
            // Niceness 19 and SCHED_IDLE, of each thread.
            try await machine.wait {
                let threads = threads(of: compute)
                return !threads.isEmpty && threads.allSatisfy { $0.count > 38 && $0[16] == "19" && $0[38] == "5" }
            }
            let second = try await PosweepProcess.run(
                machine.workerArguments, in: folder, environment: machine.environment)
            #expect(second.status == 1)
            #expect(second.errors.contains("--workers-per-host"), "\(second.errors)")
        }
    }

    @Test func `a worker does not start on a machine whose owner cannot be understood`() async throws {
        try await withTemporaryFolder { folder in
            let host = try FakeHost(in: folder.appending(path: "host"))
            try host.write("preset: desktop\nstart_idle: 1min\n", to: "etc/posweep/owner.yaml")
            let outcome = try await PosweepProcess.run(
                ["worker", "--coordinator", "tcp://127.0.0.1:1", "--host-root", host.root.path], in: folder)
            #expect(outcome.status != 0)
            #expect(outcome.errors.contains("owner.yaml:2:1: unknown key 'start_idle'"), "\(outcome.errors)")
        }
    }
}

/// A coordinator with a sweep, and a worker on a machine with an owner.
private struct Machine {
    let host: FakeHost
    let sweep: TinySweep
    let coordinator: PosweepProcess
    let endpoint: String
    let worker: PosweepProcess
    let workerArguments: [String]
    let environment: [String: String]
    private let folder: URL

    /// Starts both; nobody is at the machine.
    init(in folder: URL, rules: String = "", isBackground: Bool = false) async throws {
        self.folder = folder
        host = try FakeHost(in: folder.appending(path: "host"))
        try host.write("preset: desktop\n" + rules, to: "etc/posweep/owner.yaml")
        try host.terminal("dev/tty1", readAt: Date().timeIntervalSince1970 - 86_400)
        sweep = try TinySweep(in: folder, text: TinySweep.text(passes: 16))
        coordinator = try PosweepProcess(
            ["coordinator", "--bind", LoopbackEndpoint.ofItsOwn().description, "--state", "state"], in: folder)
        endpoint = try #require(await coordinator.endpoint)
        workerArguments =
            [
                "worker", "--coordinator", endpoint, "--threads", "1", "--cache", "cache", "--host-root",
                host.root.path,
            ] + (isBackground ? [] : ["--foreground"])
        environment = ["XDG_STATE_HOME": folder.appending(path: "home").path]
        worker = try PosweepProcess(workerArguments, in: folder, environment: environment)
        _ = try await ask("submit", sweep.file.path)
    }

    func ask(_ arguments: String...) async throws -> PosweepProcess.Outcome {
        try await PosweepProcess.run(arguments + ["--coordinator", endpoint], in: folder)
    }

    /// The process that computes, once it does.
    func computation() async throws -> pid_t {
        #expect(await worker.says("attempt 1: "), "\(worker.saidSoFar)")
        try await wait { !worker.children.isEmpty }
        return try #require(worker.children.first)
    }

    func owner(isThere: Bool) throws {
        try host.terminal("dev/tty1", readAt: Date().timeIntervalSince1970 - (isThere ? 0 : 86_400))
    }

    /// Waits for something that is not said.
    func wait(until holds: () -> Bool) async throws {
        while !holds() {
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}

/// What the kernel says of a process or thread, from its state on.
private func fields(of file: String) -> [Substring]? {
    let text = try? String(contentsOfFile: file, encoding: .utf8)
    return text?.split(separator: ")").last?.split(separator: " ")
}

/// The letter that the kernel has for a process's state; nil where there is none.
private func state(of process: pid_t) -> Character? {
    fields(of: "/proc/\(process)/stat")?.first?.first
}

/// What the kernel says of each thread of a process.
private func threads(of process: pid_t) -> [[Substring]] {
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
    // Of one that has just ended nothing is known.
    return threads.compactMap { fields(of: "/proc/\(process)/task/\($0)/stat") }
}

/// Whether every thread of a process is stopped; they stop one after another.
private func isStopped(_ process: pid_t) -> Bool {
    let threads = threads(of: process)
    return !threads.isEmpty && threads.allSatisfy { $0.first == "T" }
}

/// What a process has taken of the processors.
private func ticks(of process: pid_t) -> Int? {
    fields(of: "/proc/\(process)/stat").flatMap { $0.count > 12 ? (Int($0[11]) ?? 0) + (Int($0[12]) ?? 0) : nil }
}
