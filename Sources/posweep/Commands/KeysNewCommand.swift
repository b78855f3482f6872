import ArgumentParser
import Cluster
import Foundation

struct KeysNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Make a key for a worker, or your own.",
        discussion: """
            With a name it is somebody else's, and written to NAME.key for you to bring to
            its host; without one it is your own, at the place where commands look for it.
            With --state it may connect at once. Prints the public key.

            Examples:

              posweep keys new lab2-07 --state state     # a worker's, to copy to lab2-07
              posweep keys new --state state             # your own, for submit and status
              posweep keys new --coordinator-key KEY     # made on the host that uses it
            """)

    @Argument(help: "Whose key it is; without it yours.")
    var name: String?

    @OptionGroup var folder: KeyFolderOptions

    @Option(
        help:
            "What its owner may do: worker, observer, client (submits too) or admin; by default worker, client for your own."
    )
    var role: AuthorizedKeys.Role?

    @Option(help: "The public key of the coordinator that it is for, where that is another host's.")
    var coordinatorKey: String?

    @Option(help: ArgumentHelp("The file to write.", valueName: "file"), completion: .keyFile)
    var output: String?

    func validate() throws {
        guard folder.ring == nil || coordinatorKey == nil else {
            throw ValidationError("give --state or --coordinator-key, not both")
        }
        guard role == nil || folder.ring != nil else {
            throw ValidationError(
                "--role is said where the key is authorised: with --state here, or at posweep keys authorize")
        }
    }

    func run() throws {
        let ring = folder.ring
        let coordinator = try ring.map(KeyFolderOptions.makePair) ?? coordinatorKey.map(PublicKey.init(argument:))
        let file = output.map { URL(filePath: $0) } ?? name.map { URL(filePath: $0 + ".key") } ?? KeyOptions.ownFile
        let key = try KeyFile(name: name ?? Self.ownName, pair: KeyPair(), coordinator: coordinator)
        if let ring { try ring.requireFree(key.name) }
        try key.write(to: file)
        print(key.pair.publicKey)
        printToStandardError("posweep: the key of \(key.name) is in \(file.path); nobody else may read it")
        if let ring {
            let role = role ?? (name == nil ? .client : .worker)
            try ring.authorize(key.pair.publicKey, as: key.name, role: role, at: Date())
            printToStandardError("posweep: \(key.name) may connect as \(role.rawValue)")
        } else {
            printToStandardError(
                """
                posweep: to let it in, on the coordinator's host: posweep keys authorize \(key.pair.publicKey) \
                --name \(key.name) --state STATE
                """)
        }
    }

    /// This user on this host, as far as it can be a name.
    private static var ownName: String {
        let text = "\(NSUserName())@\(Host.current.name)".filter { KeyFile.isName("a\($0)") }
        let name = String(text.drop { !KeyFile.isName("\($0)") }.prefix(64))
        return name.isEmpty ? "own" : name
    }
}

extension PublicKey {
    /// The key that an argument spells.
    init(argument: String) throws {
        guard let key = PublicKey(argument) else { throw Failure.usage(KeyError.notAKey(argument).description) }
        self = key
    }
}
