import ArgumentParser
import Cluster
import Foundation

struct KeysShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print a public key: yours, that of a file, or a coordinator's.",
        discussion: """
            Examples:

              posweep keys show
              posweep keys show lab2-07.key
              posweep keys show --state state          # the coordinator's
            """)

    @Argument(help: "The file of a key; without it your own.", completion: .keyFile)
    var file: String?

    @OptionGroup var folder: KeyFolderOptions

    func validate() throws {
        guard file == nil || folder.ring == nil else { throw ValidationError("give a file or --state, not both") }
    }

    func run() throws {
        guard let ring = folder.ring else {
            let file = file.map { URL(filePath: $0) } ?? KeyOptions.ownFile
            print(try KeyFile(reading: file).pair.publicKey)
            return
        }
        guard let pair = try ring.pair() else {
            throw Failure.work(
                "the coordinator has no key in \(ring.folder.path) — posweep keys new NAME --state makes it")
        }
        print(pair.publicKey)
    }
}
