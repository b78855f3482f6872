import Cluster
import Foundation
import TestSupport
import Testing

/// A coordinator with keys and its workers, as somebody would set them up; they come and go as a test wants.
final class Site {
    /// A worker's place: whoever works there is the same worker, also after a restart.
    struct Seat {
        let number: Int
        let endpoint: String
        var process: PosweepProcess
    }

    let endpoint: String
    private(set) var coordinator: PosweepProcess
    private(set) var seats: [Seat] = []
    private var finishedWorkers: [PosweepProcess] = []
    private let folder: URL
    private var sweeps: [TinySweep]
    private let state: String
    private let environment: [String: String]
    private let hosts: TwoHosts?

    /// Makes keys and starts a coordinator.
    ///
    /// - Parameters:
    ///   - folder: Where everything is.
    ///   - text: The sweep that is to be done.
    ///   - clockRate: How much faster than the host's the protocol's clock runs.
    ///   - state: The state folder.
    ///   - hosts: Where the coordinator and its workers are; all on this host, if nil.
    /// - Throws: Where one of them cannot be started.
    init(
        in folder: URL, sweep text: String, clockRate: Int = 1, state: String = "state", on hosts: TwoHosts? = nil
    ) async throws {
        self.folder = folder
        self.state = state
        self.hosts = hosts
        sweeps = [try TinySweep(in: folder, text: text)]
        environment = ["POSWEEP_KEYS": folder.path, "POSWEEP_CLOCK_RATE": String(clockRate)]
        let keys = try await PosweepProcess.run(
            ["keys", "new", "--state", state], in: folder, environment: environment)
        try #require(keys.status == 0, "\(keys.errors)")
        coordinator = try PosweepProcess(
            ["coordinator", "--bind", hosts?.address ?? LoopbackEndpoint.ofItsOwn().description, "--state", state],
            in: folder,
            environment: environment, under: hosts?.near ?? [])
        endpoint = try #require(await coordinator.endpoint, "\(coordinator.saidSoFar)")
    }

    var coordinatorKey: PublicKey {
        get throws { try #require(try KeyFile(reading: folder.appending(path: "own.key")).coordinator) }
    }

    // MARK: Processes

    /// Runs a command beside the coordinator.
    @discardableResult
    func run(_ arguments: String...) async throws -> PosweepProcess.Outcome {
        let outcome = try await PosweepProcess.run(
            arguments, in: folder, environment: environment, under: hosts?.near ?? [])
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome
    }

    /// Starts workers that reach the coordinator at its address, or at this one, and waits until they have joined.
    func startWorkers(_ count: Int, at endpoint: String? = nil) async throws {
        for _ in 0..<count {
            let number = seats.count
            try await run("keys", "new", "worker-\(number)", "--state", state)
            let address = endpoint ?? self.endpoint
            seats.append(Seat(number: number, endpoint: address, process: try worker(number, at: address)))
        }
        for seat in seats.suffix(count) { #expect(await seat.process.says("joined the coordinator")) }
    }

    private func worker(_ number: Int, at endpoint: String) throws -> PosweepProcess {
        try PosweepProcess(
            [
                "worker", "--coordinator", endpoint, "--key", "worker-\(number).key", "--threads", "1",
                "--spool", "worker-\(number).spool",
            ], in: folder, environment: environment, under: hosts?.far ?? [])
    }

    func killCoordinator() async {
        coordinator.send(SIGKILL)
        _ = await coordinator.outcome()
    }

    /// Starts a coordinator at the address of the one before.
    func startCoordinator() async throws {
        coordinator = try PosweepProcess(
            ["coordinator", "--bind", endpoint, "--state", state], in: folder, environment: environment,
            under: hosts?.near ?? [])
        #expect(await coordinator.says(", state in"), "\(coordinator.saidSoFar)")
    }

    func killWorker(_ index: Int) async {
        seats[index].process.send(SIGKILL)
        _ = await seats[index].process.outcome()
    }

    /// Kills the process in which a worker computes, if there is one.
    func killComputation(of index: Int) {
        for process in seats[index].process.children { kill(process, SIGKILL) }
    }

    /// Starts the worker of a seat anew.
    func startWorker(_ index: Int) throws {
        finishedWorkers.append(seats[index].process)
        seats[index].process = try worker(seats[index].number, at: seats[index].endpoint)
    }

    // MARK: Work

    /// Submits the sweep, or another one beside those before it; one that is there already costs nothing.
    func submit(_ another: String? = nil) async throws {
        if let another { sweeps.append(try TinySweep(in: folder, text: another)) }
        guard let sweep = sweeps.last else { return }
        let outcome = try await run("submit", sweep.file.lastPathComponent, "--coordinator", endpoint)
        #expect(outcome.output.hasPrefix("\(sweep.name): "))
    }

    /// Waits until the coordinator has said so many more lines, or that the sweep has ended.
    ///
    /// - Returns: Whether the sweep still goes on.
    func goesOn(for lines: Int) async -> Bool {
        let end = "sweep \(sweeps.last?.name ?? "") has ended"
        let said = coordinator.saidSoFar.count { $0 == "\n" }
        #expect(await coordinator.says { $0.contains(end) || $0.count { $0 == "\n" } >= said + lines })
        return !coordinator.saidSoFar.contains(end)
    }

    /// Waits for the sweeps' end and for all processes to leave; the tables are those of sweeps that nothing happened to.
    func finish() async throws {
        for sweep in sweeps {
            // A coordinator that was started after the end has nothing to say about it, unless it is asked again.
            try await run("submit", sweep.file.lastPathComponent, "--coordinator", endpoint)
            #expect(await coordinator.says("sweep \(sweep.name) has ended"), "\(coordinator.saidSoFar)")
        }
        #expect(!coordinator.saidSoFar.contains("is given up"), "\(coordinator.saidSoFar)")
        coordinator.send(SIGTERM)
        #expect(await coordinator.outcome().status == 0)
        for seat in seats {
            seat.process.send(SIGTERM)
            _ = await seat.process.outcome()
        }
        for sweep in sweeps {
            #expect(try await sweep.results(state: state) == UndisturbedRuns.shared.results(of: sweep))
        }
    }

    // MARK: What the workers have said

    private var workersLog: String {
        (finishedWorkers + seats.map(\.process)).map(\.saidSoFar).joined()
    }

    /// The tasks that workers have begun, as often as they have.
    var begunTasks: [String] {
        workersLog.matches(of: /task ([0-9a-f]+), attempt/).map { String($0.1) }
    }

    /// The trials that workers have finished, as often as they have.
    var finishedTrials: [String] {
        workersLog.matches(of: /trial ([0-9a-f]+) is finished/).map { String($0.1) }
    }

    /// The tasks and trials that more than one worker, or one more than once, has computed.
    var repeatedWork: [String] {
        var (seen, repeated) = (Set<String>(), [String]())
        for name in begunTasks.map({ "task \($0)" }) + finishedTrials.map({ "trial \($0)" })
        where !seen.insert(name).inserted { repeated.append(name) }
        return repeated
    }
}
