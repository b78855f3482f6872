import Foundation
import TestSupport
import Testing

extension FaultTests {
    @Suite(
        .serialized, .enabled(if: SmallDisk.isAvailable, "skipped: mounting a small disk takes root"),
        .timeLimit(.minutes(5)))
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

/// A disk of a few megabytes that a test may fill, where the host lets us mount one.
private enum SmallDisk {
    static let isAvailable: Bool = {
        let folder = FileManager.default.temporaryDirectory.appending(path: "posweep-probe-\(getpid())")
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return SystemCommand.works("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.path)
            && SystemCommand.works("umount", folder.path)
    }()

    static func mounted(on folder: URL, megabytes: Int, _ body: () async throws -> Void) async throws {
        try await SystemCommand.run("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", folder.path)
        do {
            try await body()
        } catch {
            try await SystemCommand.run("umount", "--lazy", folder.path)
            throw error
        }
        try await SystemCommand.run("umount", "--lazy", folder.path)
    }

    /// Writes a file until the disk takes no more.
    static func fill(_ file: URL) throws {
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        let piece = Data(count: 65_536)
        // The last pages are taken in small ones.
        for piece in [piece, piece.prefix(4_096)] {
            while (try? handle.write(contentsOf: piece)) != nil {}
        }
    }
}
