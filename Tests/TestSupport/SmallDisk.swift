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
        try run("mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", folder.path])
        do {
            try body()
            try run("umount", [folder.path])
        } catch {
            try run("umount", ["--lazy", folder.path])
            throw error
        }
    }

    /// The same for what waits.
    package static func mounted(
        on folder: URL, megabytes: Int, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Void
    ) async throws {
        try run("mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m", "tmpfs", folder.path])
        do {
            try await body()
            try run("umount", [folder.path])
        } catch {
            try run("umount", ["--lazy", folder.path])
            throw error
        }
    }

    package static func makeReadOnly(_ folder: URL) throws {
        try run("mount", ["-o", "remount,ro", folder.path])
    }

    private struct CommandFailed: Error {
        let command: String
        let status: Int32
    }

    private static func run(_ command: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [command] + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CommandFailed(command: command, status: process.terminationStatus)
        }
    }
}
