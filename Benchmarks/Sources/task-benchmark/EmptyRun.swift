import Cluster
import Coordination
import Foundation
import ResultsStore

/// A sweep of empty tasks, from its submission until the last result is on disk.
struct EmptyRun {
    let tasks: Int
    let workers: Int
    let state: URL

    func run() async throws {
        let store = try ResultsStore(folder: state)
        let coordinator = try CoordinatorProcess(store: store, bind: "tcp://127.0.0.1:0")
        let (latencies, processes) = try startWorkers(at: coordinator.endpoint)
        var notices = coordinator.notices.makeAsyncIterator()
        for _ in 0..<workers { await Self.wait(for: &notices) { if case .workerJoined = $0 { true } else { false } } }
        let sweep = sweep()
        let (clock, busy) = (ContinuousClock(), processorSeconds())
        let start = clock.now
        try coordinator.submit(sweep)
        let queued = clock.now
        await Self.wait(for: &notices) { if case .sweepEnded = $0 { true } else { false } }
        let end = clock.now
        let coordinatorSeconds = processorSeconds() - busy
        coordinator.drain()
        coordinator.waitUntilEnded()
        let acknowledged = try latencies.flatMap {
            try JSONDecoder().decode([Double].self, from: $0.readDataToEndOfFile())
        }.sorted()
        for process in processes { process.wait() }
        let finished = try store.progress(of: sweep.id).trials.finished
        guard finished == tasks else { throw Missing(finished: finished, tasks: tasks) }
        let seconds = (end - queued) / .seconds(1)
        try answer([
            "tasks": Double(tasks), "submitSeconds": (queued - start) / .seconds(1), "seconds": seconds,
            "rate": Double(tasks) / seconds, "coordinatorCPU": coordinatorSeconds,
            "workersCPU": processorSeconds(RUSAGE_CHILDREN),
            "medianAcknowledged": acknowledged[acknowledged.count / 2],
            "p99Acknowledged": acknowledged[acknowledged.count * 99 / 100],
        ])
    }

    private struct Missing: Error {
        let finished: Int
        let tasks: Int
    }

    /// Follows the coordinator until it reports something.
    private static func wait(
        for notices: inout NoticeSequence.Iterator, _ isIt: (Report) -> Bool
    ) async {
        while let notice = await notices.next() {
            if case .report(let report) = notice, isIt(report) { return }
        }
    }

    private func startWorkers(at endpoint: String) throws -> (latencies: [FileHandle], processes: [Child]) {
        var (latencies, processes): ([FileHandle], [Child]) = ([], [])
        for number in 1...workers {
            let pipe = try PrivatePipe()
            let spool = state.appending(path: "spool-\(number)")
            processes.append(try Child(["work", endpoint, spool.path], output: pipe.writing))
            try pipe.writing.close()
            latencies.append(pipe.reading)
        }
        return (latencies, processes)
    }

    /// One trial in each task; identifiers are spread like the hashes that they stand for.
    private func sweep() -> SubmittedSweep {
        let id = SweepID(sweepNamed: "empty")
        func identifier<Kind>(_ number: Int, _ salt: UInt64) -> Identifier<Kind> {
            let high = (UInt64(number) &+ salt) &* 0x9E37_79B9_7F4A_7C15
            return Identifier(high: high ^ (high >> 29), low: high &* 0xBF58_476D_1CE4_E5B9)
        }
        let trials: [TrialID] = (0..<tasks).map { identifier($0, 1) }
        return SubmittedSweep(
            id: id, name: "empty",
            table: TableDefinition(
                description: nil, fileDigest: "", settings: [], trials: trials.map { _ in [] }, testSets: [], rows: [],
                columns: [], metrics: [], reference: nil),
            trials: trials,
            tasks: trials.enumerated().map { number, trial in
                SweepTask(id: identifier(number, 1 << 40), sweep: id, body: Array("{}".utf8), trials: [trial])
            })
    }
}

/// Another process of this program.
struct Child {
    private let process: ChildProcess
    private let ended: DispatchSemaphore

    init(_ arguments: [String], input: FileHandle? = nil, output: FileHandle) throws {
        let ended = DispatchSemaphore(value: 0)
        process = try ChildProcess(
            URL(filePath: "/proc/self/exe").resolvingSymlinksInPath(), arguments: arguments,
            streams: [input?.fileDescriptor, output.fileDescriptor, nil]
        ) { _ in ended.signal() }
        self.ended = ended
    }

    func wait() {
        ended.wait()
    }
}
