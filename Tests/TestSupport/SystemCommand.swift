import Cluster
package import Foundation

/// A command of the host, run to its end.
package enum SystemCommand {
    package struct Failed: Error, CustomStringConvertible {
        let words: [String]
        let end: ChildProcess.End

        package var description: String { "\(words.joined(separator: " ")): \(end)" }
    }

    /// Runs a command, found as a shell would find it.
    ///
    /// - Parameters:
    ///   - words: The command and its arguments.
    ///   - output: What it writes goes there.
    /// - Throws: `Failed` where it does not end well.
    package static func run(_ words: [String], output: FileHandle = .nullDevice) async throws {
        let (ends, continuation) = AsyncStream.makeStream(of: ChildProcess.End.self)
        let process = try start(words, output) { end in
            continuation.yield(end)
            continuation.finish()
        }
        for await end in ends where end != .exited(0) { throw Failed(words: words, end: end) }
        withExtendedLifetime(process) {}
    }

    package static func run(_ words: String...) async throws { try await run(words) }

    /// The same for a caller that cannot wait otherwise; for commands of milliseconds.
    package static func runBlocking(_ words: String...) throws {
        let process = try start(words, .nullDevice)
        process.waitUntilEnded()
        if let end = process.ending, end != .exited(0) { throw Failed(words: words, end: end) }
    }

    /// Whether a command exists and does what it is told here, where root is needed as a rule.
    package static func works(_ words: String...) -> Bool {
        guard let process = try? start(words, .nullDevice) else { return false }
        process.waitUntilEnded()
        return process.ending == .exited(0)
    }

    private static func start(
        _ words: [String], _ output: FileHandle, ended: @escaping @Sendable (ChildProcess.End) -> Void = { _ in }
    ) throws -> ChildProcess {
        try ChildProcess(
            URL(filePath: "/usr/bin/env"), arguments: words,
            streams: [FileHandle.nullDevice.fileDescriptor, output.fileDescriptor, output.fileDescriptor], ended: ended)
    }
}
