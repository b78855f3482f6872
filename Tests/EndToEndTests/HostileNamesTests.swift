import Foundation
import ResultsStore
import TestSupport
import Testing

/// What `Tests/Browser/names.py` checks, with parsers that we did not write.
@Suite("Names of strangers", .serialized, .withProcesses, .timeLimit(.minutes(10)))
struct HostileNamesTests {
    static let isThere = SystemCommand.works("sh", "-c", "command -v python3")

    @Test(.enabled(if: isThere, "skipped: there is no python3"))
    func `whatever sweeps, files and hosts are called is text on terminals, in pages, tables and files`() async throws {
        try await withTemporaryFolder { folder in
            #expect(HostileNames.all.count > 80)
            for (kind, names) in [
                ("hostile", HostileNames.all), ("harmless", HostileNames.all.indices.map { "name\($0)" }),
            ] {
                try NamedStore(names).make(in: folder.appending(path: "\(kind)/state")).close()
            }
            try await BrowserTests.check("names.py", in: folder, "--hostile", "hostile", "--harmless", "harmless")
        }
    }
}
