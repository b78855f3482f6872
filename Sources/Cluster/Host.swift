package import Foundation

/// What this machine is and has.
package struct Host: Hashable, Sendable {
    package let name: String
    package let processor: String
    package let cores: Int
    /// In bytes.
    package let memory: Int

    package static let programVersion = "0.1.0"

    package static let current = Host(
        name: ProcessInfo.processInfo.hostName,
        processor: processorName(in: (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""),
        cores: ProcessInfo.processInfo.activeProcessorCount,
        memory: Int(clamping: ProcessInfo.processInfo.physicalMemory))

    /// The processor's name in the text of `/proc/cpuinfo`.
    package static func processorName(in text: String) -> String {
        for line in text.split(separator: "\n") where line.hasPrefix("model name") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        return "unknown processor"
    }

    /// Bytes free for this user on the disk of a folder, or of the nearest folder above it that exists.
    package static func freeBytes(at folder: URL) -> Int? {
        var folder = folder.standardizedFileURL
        while !FileManager.default.fileExists(atPath: folder.path), folder.path != "/" {
            folder.deleteLastPathComponent()
        }
        let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
        return (attributes?[.systemFreeSize] as? NSNumber)?.intValue
    }
}
