import Foundation
import TestSupport
import Testing

/// What `Tests/Browser/dashboard.py` checks in Chromium, where there is one.
@Suite("In a browser", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct BrowserTests {
    static let isThere = ["chromium", "chromedriver", "python3"].allSatisfy { name in
        SystemCommand.works("sh", "-c", "command -v \(name)")
    }

    @Test(.enabled(if: isThere, "skipped: there is no chromium with its chromedriver"))
    func `people who watch a sweep see what happens, with mouse, keyboard and screen reader`() async throws {
        try await withTemporaryFolder { folder in
            // A busy host may be slower than what is measured by hand.
            try await Self.check(
                "dashboard.py", in: folder, "--screenshots", Self.root.appending(path: ".build/screenshots").path,
                "--patience", "60")
        }
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Runs a script of `Tests/Browser` with the program that was built beside these tests; what it says is the issue where it fails.
    static func check(_ script: String, in folder: URL, _ arguments: String...) async throws {
        let log = folder.appending(path: "log")
        try Data().write(to: log)
        do {
            try await SystemCommand.run(
                [
                    "env", "-C", folder.path, "python3", root.appending(path: "Tests/Browser/\(script)").path,
                    "--program",
                    PosweepProcess.program.path,
                ] + arguments, output: FileHandle(forWritingTo: log))
        } catch {
            Issue.record(Comment(rawValue: try String(contentsOf: log, encoding: .utf8)))
        }
    }
}
