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
            let log = folder.appending(path: "log")
            try Data().write(to: log)
            let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            do {
                // A busy host may be slower than what is measured by hand.
                try await SystemCommand.run(
                    [
                        "python3", root.appending(path: "Browser/dashboard.py").path, "--program",
                        PosweepProcess.program.path, "--screenshots",
                        root.deletingLastPathComponent().appending(path: ".build/screenshots").path, "--patience", "60",
                    ], output: FileHandle(forWritingTo: log))
            } catch {
                Issue.record(Comment(rawValue: try String(contentsOf: log, encoding: .utf8)))
            }
        }
    }
}
