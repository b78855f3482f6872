import Coordination
import Dashboard
import Foundation
import ResultsStore
import TestSupport

/// The vocabulary of the dashboard's tests: a sweep of three targets and two kernels with two seeds, a task for each kernel.
enum SampleStore {
    static let sweep = SweepID(high: 0x5, low: 1)
    static let worker = WorkerID(high: 0xABCD_EF01_0000_0000, low: 1)
    static let noon = Date(timeIntervalSince1970: 1_700_000_000)
    static let targets = ["H", "V", "G"]
    static let kernels = [3, 11]

    static func trial(_ number: Int) -> TrialID { TrialID(high: 0x7, low: UInt64(number)) }
    static func task(_ number: Int) -> TaskID { TaskID(high: 0x9, low: UInt64(number)) }

    /// The sweep; six trials belong to each task.
    static func submitted(description: String = "kernels") -> SubmittedSweep {
        let settings = kernels.flatMap { kernel in
            targets.flatMap { target in ["1", "2"].map { [String(kernel), target, "unit", $0] } }
        }
        let trials = settings.indices.map { trial($0) }
        return SubmittedSweep(
            id: sweep, name: "kernels",
            table: TableDefinition(
                description: description, fileDigest: "f1",
                settings: ["posenet.kernel", "target", "stripes", "seed"], trials: settings,
                testSets: ["natural", "black"], rows: ["posenet.kernel", "target"], columns: ["test"],
                metrics: ["SPC", "MAE"], reference: nil),
            trials: trials,
            tasks: [0, 1].map { number in
                SweepTask(
                    id: task(number), sweep: sweep, body: Array("task \(number)".utf8),
                    trials: Array(trials[(6 * number)..<(6 * number + 6)]))
            })
    }

    static func result(_ number: Int, image: String = "leaf.png", curve: LearningCurve? = nil) -> Record {
        func metric(_ test: String, _ name: String, _ value: Double?) -> TrialResult.Metric {
            TrialResult.Metric(testSet: test, name: name, value: value, images: 1, undefined: value == nil ? 1 : 0)
        }
        let share = Double(number) / 16
        let result = TrialResult(
            metrics: [
                metric("natural", "SPC", 1 - share), metric("natural", "MAE", share / 2), metric("black", "SPC", nil),
                metric("black", "MAE", 0.25),
            ],
            maps: [
                TrialResult.Map(
                    testSet: "natural", image: 0, imageName: image, height: 2, width: 2, values: [0, 0.25, 0.5, 1])
            ],
            skipped: [],
            provenance: TrialResult.Provenance(
                programVersion: "0.1", host: "lab<1>", processor: "EPYC", blas: "OpenBLAS", weights: "He 1", data: "d1",
                seconds: 2.5), curve: curve)
        return .result(trial(number), task: task(number / 6), .first, worker: worker, result)
    }

    /// A folder in which the first task has its results and the second has failed.
    static func make(in folder: URL, description: String = "kernels", image: String = "leaf.png") throws -> ResultsStore
    {
        let store = try ResultsStore(folder: folder.appending(path: "state"))
        _ = try store.submit(submitted(description: description), at: noon)
        _ = try store.commit((0..<6).map { result($0, image: image) }, at: noon)
        _ = try store.commit([.taskFailed(task(1), cause: "out of <memory>\nthe end of a log")], at: noon)
        return store
    }
}

/// A dashboard that listens, over a store that a test writes to.
struct RunningDashboard {
    let store: ResultsStore
    let address: String
    let server: DashboardServer

    /// What came back.
    struct Answer {
        let status: Int
        let headers: String
        let body: String
        let bytes: [UInt8]
    }

    static func with(
        _ view: ClusterView = ClusterView(), token: AccessToken? = nil, image: String = "leaf.png",
        _ body: (RunningDashboard) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let store = try SampleStore.make(in: folder, image: image)
            let reader = try ResultsStore(reading: folder.appending(path: "state"))
            let address = LoopbackEndpoint.ofItsOwn().address
            let server = try await Dashboard(store: reader, cluster: view, token: token).start(host: address, port: 0)
            do {
                try await body(RunningDashboard(store: store, address: address, server: server))
            } catch {
                server.cancel()
                throw error
            }
            server.cancel()
            await server.value
            try store.close()
        }
    }

    func connection() throws -> RawConnection {
        try RawConnection(to: LoopbackEndpoint(address: address, port: server.port))
    }

    /// Asks once, on a connection of its own.
    func ask(_ path: String, method: String = "GET", headers: [String: String] = [:]) async throws -> Answer {
        let all = ["Host": address, "Connection": "close"].merging(headers) { _, given in given }
        let request =
            "\(method) \(path) HTTP/1.1\r\n" + all.map { "\($0): \($1)\r\n" }.joined() + "Content-Length: 0\r\n\r\n"
        let bytes = try await onOwnThread {
            let connection = try self.connection()
            try connection.write(Array(request.utf8))
            return try connection.readToEnd()
        }
        let end = bytes.indices.first { bytes[$0...].starts(with: Array("\r\n\r\n".utf8)) } ?? bytes.endIndex
        let head = String(decoding: bytes[..<end], as: UTF8.self)
        let content = Array(bytes[end...].dropFirst(4))
        return Answer(
            status: Int(head.split(separator: " ")[1]) ?? 0, headers: head,
            body: String(decoding: content, as: UTF8.self), bytes: content)
    }
}

/// Runs what waits for a socket on a thread that nobody else needs.
func onOwnThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}
