import Foundation
import TestSupport
import Testing

/// What `Tests/Documentation/blocks.py` checks: every command of every page, as it stands there.
@Suite("Documentation", .serialized, .withProcesses, .timeLimit(.minutes(30)))
struct DocumentationTests {
    static let isPossible =
        ["python3", "git", "ip"].allSatisfy { SystemCommand.works("sh", "-c", "command -v \($0)") }
        && (SystemCommand.works("unshare", "--net", "--mount", "--pid", "--fork", "true")
            || SystemCommand.works(
                "unshare", "--user", "--map-root-user", "--net", "--mount", "--pid", "--fork", "true"))

    @Test(.enabled(if: isPossible, "skipped: there is no python3, no git, or nobody here may make name spaces"))
    func `the commands of every page do what the page says`() async throws {
        try await withTemporaryFolder { folder in
            let log = folder.appending(path: "log")
            try Data().write(to: log)
            let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "Documentation/blocks.py")
            do {
                try await SystemCommand.run(
                    ["python3", script.path, "--program", PosweepProcess.program.path],
                    output: FileHandle(forWritingTo: log))
            } catch {
                Issue.record(Comment(rawValue: try String(contentsOf: log, encoding: .utf8)))
            }
        }
    }
}
