import ArgumentParser
import Cluster
import Foundation

struct KeysAuthorizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "authorize",
        abstract: "Let the owner of a key connect to a coordinator, also while it runs.",
        discussion: """
            A worker only computes; an observer asks for the status; a client submits,
            cancels and retries as well; an admin does all of it.

            Examples:

              posweep keys authorize 3b1f…64 digits… --name lab2-07 --state state
              posweep keys authorize anna.key --role client --state state
            """,
        aliases: ["add"])

    @Argument(
        help: "A public key of 64 digits, as posweep keys show prints it, or the file of a key.", completion: .keyFile)
    var key: String

    @Option(help: "What to call its owner; by default what the file says.")
    var name: String?

    @Option(help: "What its owner may do: worker, observer, client or admin.")
    var role = AuthorizedKeys.Role.worker

    @OptionGroup var folder: KeyFolderOptions

    func run() throws {
        let ring = try folder.required()
        let (key, fileName) = try Self.key(self.key)
        guard let name = name ?? fileName else { throw Failure.usage("say with --name whose key it is") }
        _ = try KeyFolderOptions.makePair(in: ring)
        try ring.authorize(key, as: name, role: role, at: Date())
        print("\(name) may connect as \(role.rawValue)")
    }

    private static func key(_ argument: String) throws -> (PublicKey, name: String?) {
        if let key = PublicKey(argument) { return (key, nil) }
        guard FileManager.default.fileExists(atPath: argument) else {
            throw Failure.usage(KeyError.notAKey(argument).description)
        }
        let file = try KeyFile(reading: URL(filePath: argument))
        return (file.pair.publicKey, file.name)
    }
}
