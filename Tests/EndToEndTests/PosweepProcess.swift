import Cluster
import Foundation
import Synchronization
import Testing

/// The program itself, run as a user would run it.
final class PosweepProcess: Sendable {
    struct Outcome: Sendable {
        let status: Int32
        let output: String
        let errors: String
    }

    private let process: ChildProcess
    private let output: CollectedLines
    private let errors: CollectedLines
    private let ended: AsyncStream<ChildProcess.End>
    let identifier: pid_t

    /// Starts the program that was built beside these tests, on a CPU that QEMU imitates where one is named, or under another
    /// command that becomes it.
    init(
        _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:], processor: String? = nil,
        under command: [String] = []
    ) throws {
        let (out, err) = (try PrivatePipe(), try PrivatePipe())
        let (stream, continuation) = AsyncStream.makeStream(of: ChildProcess.End.self)
        process = try ChildProcess(
            URL(filePath: "/usr/bin/env"),
            arguments: ["-C", folder?.path ?? "."]
                + command + (processor.map { [Self.emulator, "-cpu", $0] } ?? []) + [Self.program.path] + arguments,
            streams: [FileHandle.nullDevice.fileDescriptor, out.writing.fileDescriptor, err.writing.fileDescriptor],
            environment: ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        ) { end in
            continuation.yield(end)
            continuation.finish()
        }
        try out.writing.close()
        try err.writing.close()
        output = CollectedLines(out.reading)
        errors = CollectedLines(err.reading)
        ended = stream
        identifier = process.identifier
        ProcessesOfATest.current?.add(process)
    }

    /// Runs the program to its end.
    static func run(
        _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:], processor: String? = nil,
        under command: [String] = []
    ) async throws -> Outcome {
        try await PosweepProcess(
            arguments, in: folder, environment: environment, processor: processor, under: command
        ).outcome()
    }

    /// What the program did, once it has ended.
    func outcome() async -> Outcome {
        var status: Int32 = -1
        for await end in ended {
            if case .exited(let code) = end { status = code }
        }
        return Outcome(status: status, output: await output.text(), errors: await errors.text())
    }

    /// Waits until the program has said this on standard error.
    ///
    /// - Returns: Whether it has; false when it ended without having said so.
    func says(_ text: String) async -> Bool {
        await errors.contains(text)
    }

    /// Waits until the program has said this so many times.
    ///
    /// - Returns: Whether it has; false when it ended before.
    func says(_ text: String, times: Int) async -> Bool {
        await errors.satisfies { $0.ranges(of: text).count >= times }
    }

    /// Waits until what the program has said is so; false when it ended before.
    func says(_ isIt: @escaping @Sendable (String) -> Bool) async -> Bool {
        await errors.satisfies(isIt)
    }

    /// What the program has said on standard error up to now.
    var saidSoFar: String { errors.soFar }

    /// Where a coordinator listens, once it has said so.
    var endpoint: String? {
        get async {
            guard await says("listening at "), await says(", state in") else { return nil }
            return errors.soFar.firstMatch(of: /listening at ([^,]*),/).map { String($0.1) }
        }
    }

    func send(_ signal: Int32) {
        process.send(signal)
    }

    /// The processes that this one has started and that have not ended.
    var children: [pid_t] { Self.children(of: identifier) }

    /// The processes that another one has started and that have not ended.
    static func children(of identifier: pid_t) -> [pid_t] {
        // The kernel's own lists of children leave some out while others end.
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { pid_t($0) } ?? []
        return processes.filter { process in
            let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
            let fields = text?.split(separator: ")").last?.split(separator: " ") ?? []
            return fields.count > 1 && fields[0] != "Z" && pid_t(fields[1]) == identifier
        }
    }

    /// QEMU's user-mode emulator.
    static let emulator = "/usr/bin/qemu-x86_64"

    /// The program's file, in the folder of the running test bundle.
    static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        .appending(path: "posweep")
}

/// The lines that a process writes to one of its streams.
final class CollectedLines: Sendable {
    private let state = Mutex(State())

    private struct State {
        var bytes = Data()
        var hasEnded = false
        var waiting: [Wait] = []
        var waits = 0
    }

    private struct Wait {
        let number: Int
        let isIt: @Sendable (String) -> Bool
        let continuation: CheckedContinuation<Bool, Never>
    }

    /// So long a test waits for something to be said before it fails.
    private static let patience = 120

    /// Reads to the end on a thread of its own.
    init(_ handle: FileHandle) {
        let thread = Thread { [self] in
            while true {
                let data = handle.availableData
                append(data)
                if data.isEmpty { return }
            }
        }
        thread.start()
    }

    private func append(_ data: Data) {
        let answers = state.withLock { state in
            state.bytes.append(data)
            state.hasEnded = state.hasEnded || data.isEmpty
            let text = String(decoding: state.bytes, as: UTF8.self)
            var answers: [(CheckedContinuation<Bool, Never>, Bool)] = []
            state.waiting.removeAll { wait in
                let found = wait.isIt(text)
                guard found || state.hasEnded else { return false }
                answers.append((wait.continuation, found))
                return true
            }
            return answers
        }
        for (continuation, found) in answers { continuation.resume(returning: found) }
    }

    var soFar: String { state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }

    /// Everything that was written, once the stream has ended, or two minutes after the process if it has not.
    func text() async -> String {
        _ = await satisfies { _ in false }
        return state.withLock { String(decoding: $0.bytes, as: UTF8.self) }
    }

    /// Waits until this text was written, or the stream has ended without it.
    func contains(_ text: String) async -> Bool {
        await satisfies { $0.contains(text) }
    }

    /// Waits until what was written is so; false when the stream has ended, or two minutes have passed, and it is not.
    func satisfies(_ isIt: @escaping @Sendable (String) -> Bool) async -> Bool {
        await withCheckedContinuation { continuation in
            let (answer, number): (Bool?, Int) = state.withLock { state in
                let found = isIt(String(decoding: state.bytes, as: UTF8.self))
                guard !found, !state.hasEnded else { return (found, 0) }
                state.waits += 1
                state.waiting.append(Wait(number: state.waits, isIt: isIt, continuation: continuation))
                return (nil, state.waits)
            }
            if let answer { return continuation.resume(returning: answer) }
            DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(Self.patience)) { [self] in give(up: number) }
        }
    }

    private func give(up number: Int) {
        let wait = state.withLock { state in
            let index = state.waiting.firstIndex { $0.number == number }
            return index.map { state.waiting.remove(at: $0) }
        }
        wait?.continuation.resume(returning: false)
    }
}
