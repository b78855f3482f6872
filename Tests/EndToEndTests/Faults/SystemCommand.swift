import Cluster
import Foundation
import Synchronization

/// A command of the host, run to its end.
enum SystemCommand {
    struct Failed: Error, CustomStringConvertible {
        let words: [String]
        let end: ChildProcess.End

        var description: String { "\(words.joined(separator: " ")): \(end)" }
    }

    /// Runs a command, found as a shell would find it.
    static func run(_ words: String...) async throws {
        let (ends, continuation) = AsyncStream.makeStream(of: ChildProcess.End.self)
        let nothing = FileHandle.nullDevice.fileDescriptor
        let process = try ChildProcess(
            URL(filePath: "/usr/bin/env"), arguments: words, streams: [nothing, nothing, nothing]
        ) { end in
            continuation.yield(end)
            continuation.finish()
        }
        for await end in ends where end != .exited(0) { throw Failed(words: words, end: end) }
        withExtendedLifetime(process) {}
    }

    /// Whether a command exists and does what it is told here, where root is needed as a rule.
    static func works(_ words: String...) -> Bool {
        let ended = DispatchSemaphore(value: 0)
        let status = Status()
        let nothing = FileHandle.nullDevice.fileDescriptor
        let process = try? ChildProcess(
            URL(filePath: "/usr/bin/env"), arguments: words, streams: [nothing, nothing, nothing]
        ) { end in
            status.isZero.store(end == .exited(0), ordering: .sequentiallyConsistent)
            ended.signal()
        }
        guard process != nil else { return false }
        ended.wait()
        return status.isZero.load(ordering: .sequentiallyConsistent)
    }

    private final class Status: Sendable {
        let isZero = Atomic(false)
    }
}
