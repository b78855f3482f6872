import Foundation
import TestSupport
import Testing

extension FaultTests {
    @Suite(
        .serialized, .enabled(if: SmallDisk.isAvailable, "skipped: mounting a small disk takes root"),
        .withProcesses, .timeLimit(.minutes(10)))
    struct FullDisks {
        @Test func `a coordinator whose disk is full says so, loses nothing, and goes on when there is room`()
            async throws
        {
            try await withTemporaryFolder { folder in
                try await SmallDisk.mounted(on: folder, megabytes: 24) {
                    let site = try await Site(in: folder, sweep: TinySweep.text(passes: 8), clockRate: 10)
                    try await site.startWorkers(2)
                    try await site.submit()
                    #expect(await site.coordinator.says("scoring"))
                    let rest = folder.appending(path: "rest")
                    try SmallDisk.fill(rest)
                    #expect(await site.coordinator.says("full"))
                    try FileManager.default.removeItem(at: rest)
                    #expect(await site.coordinator.says("is tried again"))
                    try await site.finish()
                    #expect(site.repeatedWork == [])
                }
            }
        }
    }
}
