import Foundation
import TestSupport
import Testing

/// Some of the points of `Tests/CrashPoints/crash_points.py`, which by itself tries all.
@Suite("Crash points", .serialized, .onItsOwnThread, .timeLimit(.minutes(10)))
struct CrashPointsTests {
    private static let isPossible = ["/usr/bin/strace", "/usr/bin/python3"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(.enabled(if: isPossible, "needs strace and python3"))
    func `whatever call to the disk fails or is the last, what was acknowledged is there`() async throws {
        let driver = PosweepProcess.program.deletingLastPathComponent().appending(path: "crash-driver")
        let script = SourceRoot.url.appending(path: "Tests/CrashPoints/crash_points.py")
        try await withTemporaryFolder { folder in
            let log = folder.appending(path: "log")
            try Data().write(to: log)
            do {
                try await SystemCommand.run(
                    ["python3", script.path, driver.path, "--trials", "6", "--every", "9"],
                    output: FileHandle(forWritingTo: log))
            } catch {
                Issue.record("\(error)\n\(try String(contentsOf: log, encoding: .utf8))")
            }
        }
    }
}

private enum SourceRoot {
    static let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
}
