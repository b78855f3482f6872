import ArgumentParser
import Cluster
import Foundation

/// What a command shows the coordinator that it talks to.
struct KeyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            The file of the key to show to the coordinator; by default own.key in $POSWEEP_KEYS or ~/.config/posweep, \
            where there is one.
            """,
            valueName: "file"), completion: .keyFile)
    var key: String?

    @Flag(help: "Talk to a coordinator that has no keys; everybody on the way can read and change what is said.")
    var insecure = false

    func validate() throws {
        guard key == nil || !insecure else { throw ValidationError("give --key or --insecure, not both") }
    }

    /// The options as a compute process is given them.
    var arguments: [String] {
        (key.map { ["--key", URL(filePath: $0).path] } ?? []) + (insecure ? ["--insecure"] : [])
    }

    /// What is shown at this address; nil where there is nothing to show and none is needed.
    ///
    /// - Throws: `KeyError`, and `Failure.usage` where another host would be talked to without a key.
    func credentials(for coordinator: String) throws -> Credentials? {
        let endpoint = Endpoint(coordinator)
        if insecure { return nil }
        guard endpoint.isTCP else {
            guard key == nil else { throw Failure.usage("--key is for tcp:// addresses; \(coordinator) has none") }
            return nil
        }
        if let key { return try KeyFile(reading: URL(filePath: key)).credentials(path: key) }
        let file = Self.ownFile
        do {
            return try KeyFile(reading: file).credentials(path: file.path)
        } catch KeyError.missing where endpoint.isLocal {
            return nil
        } catch KeyError.missing {
            throw Failure.usage(
                """
                \(coordinator) is on another host, and there is no key to show it at \(file.path) — on its host run \
                posweep keys new NAME --state STATE, bring the file here and give --key FILE
                """)
        }
    }

    /// Where this user's own key is.
    static var ownFile: URL {
        let environment = ProcessInfo.processInfo.environment
        let folder =
            if let keys = environment["POSWEEP_KEYS"], !keys.isEmpty {
                URL(filePath: keys)
            } else if let settings = environment["XDG_CONFIG_HOME"], !settings.isEmpty {
                URL(filePath: settings).appending(path: "posweep")
            } else {
                FileManager.default.homeDirectoryForCurrentUser.appending(path: ".config/posweep")
            }
        return folder.appending(path: "own.key")
    }
}
