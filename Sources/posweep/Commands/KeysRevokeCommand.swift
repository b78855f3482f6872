import ArgumentParser
import Cluster

struct KeysRevokeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Let the owner of a key connect no more.",
        discussion: """
            A coordinator that runs gives the tasks of its worker to others, and hears it
            no more.

            Example:

              posweep keys revoke lab2-07 --state state
            """)

    @Argument(help: "The name that posweep keys list shows.")
    var name: String

    @OptionGroup var folder: KeyFolderOptions

    func run() throws {
        try folder.required().revoke(name)
        print("\(name) may connect no more")
    }
}
