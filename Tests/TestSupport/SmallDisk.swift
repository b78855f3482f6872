package import Foundation

/// A disk of a few megabytes that a test may fill, where the host lets us mount one.
package enum SmallDisk {
    package static let isAvailable: Bool = {
        let folder = FileManager.default.temporaryDirectory.appending(path: "posweep-small-disk-\(getpid())")
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try mounted(on: folder, megabytes: 1) {}
            try FileManager.default.removeItem(at: folder)
            return true
        } catch {
            return false
        }
    }()

    /// Mounts one while the body runs.
    package static func mounted(on folder: URL, megabytes: Int, _ body: () throws -> Void) throws {
        try SystemCommand.runBlocking("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", folder.path)
        do {
            try body()
            try SystemCommand.runBlocking("umount", folder.path)
        } catch {
            try SystemCommand.runBlocking("umount", "--lazy", folder.path)
            throw error
        }
    }

    /// The same for what waits.
    package static func mounted(
        on folder: URL, megabytes: Int, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Void
    ) async throws {
        try SystemCommand.runBlocking("mount", "-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", folder.path)
        do {
            try await body()
            try SystemCommand.runBlocking("umount", folder.path)
        } catch {
            try SystemCommand.runBlocking("umount", "--lazy", folder.path)
            throw error
        }
    }

    package static func makeReadOnly(_ folder: URL) throws {
        try SystemCommand.runBlocking("mount", "-o", "remount,ro", folder.path)
    }

    /// Writes a file until the disk takes no more.
    package static func fill(_ file: URL) throws {
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
