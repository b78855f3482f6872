import Foundation
import TestSupport
import Testing

/// Some of the points of `Tests/CrashPoints/crash_points.py`, which by itself tries all.
@Suite("Crash points", .serialized)
struct CrashPointsTests {
    private static let isPossible = ["/usr/bin/strace", "/usr/bin/python3"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    @Test(.enabled(if: isPossible, "needs strace and python3"))
    func `whatever call to the disk fails or is the last, what was acknowledged is there`() throws {
        let folder = PosweepProcess.program.deletingLastPathComponent()
        let script = SourceRoot.url.appending(path: "Tests/CrashPoints/crash_points.py")
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [script.path, folder.appending(path: "crash-driver").path, "--trials", "6", "--every", "9"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(String(decoding: said, as: UTF8.self))")
    }
}

private enum SourceRoot {
    static let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
}
