import ArgumentParser
import Cluster
import Experiments
import Foundation
import Sweep

/// The sweep file that a command works on, and how it is read.
struct SweepSource: ParsableArguments {
    @Argument(help: "The sweep file.", completion: .sweepFile)
    var sweep: String

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "Overrides a setting in every trial, e.g. --set fit.epochs=3; can be repeated.", valueName: "key=value"),
        completion: .setting)
    var overrides: [String] = []

    private static let bytesLimit = 1 << 20

    /// The file's text and surroundings, as another process needs them to read it in the same way.
    func text() throws -> SweepText {
        let file = URL(filePath: sweep)
        guard let size = try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize else {
            throw Failure.usage("\(sweep): there is no such file")
        }
        guard size <= Self.bytesLimit else {
            throw Failure.usage("\(sweep) has \(size) bytes; a sweep file has at most \(Self.bytesLimit)")
        }
        let text: String
        do {
            text = try String(contentsOf: file, encoding: .utf8)
        } catch {
            throw Failure.usage("\(sweep) cannot be read as UTF-8 text — is it a sweep file?")
        }
        let environment = ProcessInfo.processInfo.environment
        let named = text.matches(of: /\$\{([A-Za-z_][A-Za-z0-9_]*)/).map { String($0.1) }
        return SweepText(
            text: text, path: sweep, folder: file.standardizedFileURL.deletingLastPathComponent().path,
            overrides: overrides, environment: environment.filter { named.contains($0.key) })
    }

    /// The sweep, read and checked together with the folders and files that it names.
    ///
    /// - Parameter workers: How many workers the tasks are planned for.
    /// - Returns: The sweep with its trials and tasks.
    /// - Throws: What ``SweepText/definition(workers:)`` throws, and `Failure.usage` for a file that cannot be read.
    func definition(workers: Int = 1) throws -> SweepDefinition {
        try text().definition(workers: workers)
    }
}

extension SweepText {
    /// The sweep, read and checked together with the folders and files that it names.
    ///
    /// - Parameter workers: How many workers the tasks are planned for.
    /// - Returns: The sweep with its trials and tasks.
    /// - Throws: Every mistake in the file, and in the data that it names.
    func definition(workers: Int = 1) throws(SweepError) -> SweepDefinition {
        let contents = ContentReader()
        return try SweepDefinition(
            parsing: text, path: path, folder: folder, environment: environment, overrides: overrides,
            workers: workers, exists: { FileManager.default.fileExists(atPath: $0) }, digest: contents.digest)
    }
}
