import Coordination
import Foundation
import Synchronization

/// What a worker needs to give the coordinator the files that its trainings make.
package struct Delivery: Sendable {
    let files: WorkerFiles
    let endpoint: Endpoint
    let credentials: Credentials?

    /// - Parameters:
    ///   - files: Where they are.
    ///   - endpoint: Where the coordinator hands out and takes in blobs.
    ///   - credentials: What is shown to it; nil encrypts nothing.
    package init(_ files: WorkerFiles, to endpoint: Endpoint, credentials: Credentials?) {
        (self.files, self.endpoint, self.credentials) = (files, endpoint, credentials)
    }
}

/// The thread that sends files to the coordinator, one after another, on a socket of its own: no heartbeat waits for them.
///
/// Files of results go first.
final class UploadThread: Sendable {
    private struct Job: Hashable {
        let file: TrialArtifact
        let use: Worker.FileUse
    }

    private struct State {
        var jobs: [Job] = []
        var isClosing = false

        /// Files of results go first.
        mutating func next() -> Job? {
            guard let index = jobs.firstIndex(where: { $0.use == .result }) ?? jobs.indices.first else { return nil }
            return jobs.remove(at: index)
        }
    }

    private enum End {
        case uploaded
        case lost(cause: String)
        /// It cannot be taken now.
        case refused
        case closing
    }

    private let delivery: Delivery
    private let report: @Sendable (Worker.Event) -> Void
    private let state = Mutex(State())
    private let work = DispatchSemaphore(value: 0)
    private let closed = DispatchSemaphore(value: 0)

    /// How long a coordinator without room is left alone.
    private static let rest = DispatchTimeInterval.seconds(5)

    /// - Parameters:
    ///   - delivery: Where the files are, and where they go.
    ///   - report: Receives what has become of them, on this thread.
    init(_ delivery: Delivery, report: @escaping @Sendable (Worker.Event) -> Void) {
        (self.delivery, self.report) = (delivery, report)
        let thread = Thread { [self] in run() }
        thread.name = "uploads"
        thread.stackSize = 4 << 20
        thread.start()
    }

    func add(_ file: TrialArtifact, _ use: Worker.FileUse) {
        state.withLock { state in
            let job = Job(file: file, use: use)
            if !state.jobs.contains(job) { state.jobs.append(job) }
        }
        work.signal()
    }

    /// Nobody needs a file any more.
    func forget(_ file: BlobName) {
        state.withLock { state in state.jobs.removeAll { $0.file.name == file } }
        delivery.files.remove(file)
    }

    /// Ends the thread, also in the middle of a file; returns when it has.
    func close() {
        state.withLock { $0.isClosing = true }
        work.signal()
        closed.wait()
    }

    private var isClosing: Bool { state.withLock(\.isClosing) }

    private func run() {
        defer { closed.signal() }
        while true {
            work.wait()
            if isClosing { return }
            guard let job = state.withLock({ $0.next() }) else { continue }
            let end = upload(job.file)
            // Of a checkpoint the compute process has another name.
            if job.use == .checkpoint { delivery.files.remove(job.file.name) }
            switch (end, job.use) {
            case (.closing, _): return
            case (.uploaded, _): report(.uploaded(job.file.name))
            case (.lost(let cause), _): report(.fileLost(job.file.name, cause: cause))
            case (.refused, .checkpoint): report(.fileLost(job.file.name, cause: "the coordinator has no room for it"))
            case (.refused, .result):
                add(job.file, .result)
                // Sooner where there is something else to do, which is seldom.
                _ = work.wait(timeout: .now() + Self.rest)
                work.signal()
            }
        }
    }

    private func upload(_ file: TrialArtifact) -> End {
        let url = delivery.files.url(of: file.name)
        guard let bytes = OpenFile(reading: url.path), bytes.size == file.size else {
            return .lost(cause: "\(url.path) is gone or has another size")
        }
        do throws(SocketError) {
            let connection = try BlobConnection(to: delivery.endpoint.description, delivery.credentials)
            var upload = BlobUpload(file)
            var end: End?
            while end == nil {
                if isClosing { return .closing }
                for event in try connection.events() where end == nil {
                    for effect in upload.handle(event, at: connection.now) {
                        end = carryOut(effect, of: file, bytes, connection) ?? end
                    }
                }
            }
            return end ?? .refused
        } catch {
            // Too many open files, or none of the like for long.
            return .refused
        }
    }

    private func carryOut(
        _ effect: BlobUpload.Effect, of file: TrialArtifact, _ bytes: OpenFile, _ connection: BlobConnection
    ) -> End? {
        switch effect {
        case .send(let request): connection.send(request)
        case .put(let range):
            guard let piece = bytes.bytes(range) else { return .lost(cause: "the file cannot be read") }
            connection.send(.put(file.name, size: file.size, offset: range.lowerBound, bytes: piece))
        case .finished: return .uploaded
        case .refused(.otherContent): return .lost(cause: "the file is damaged")
        case .refused: return .refused
        case .reconnect(let failures): connection.reconnect(afterFailures: failures)
        case .wake(let moment): connection.wake(at: moment)
        }
        return nil
    }
}
