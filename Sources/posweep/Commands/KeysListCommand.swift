import ArgumentParser
import Cluster
import Foundation

struct KeysListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show who may connect to a coordinator.",
        discussion: """
            Example:

              posweep keys list --state state
            """)

    @OptionGroup var folder: KeyFolderOptions

    @OptionGroup var form: OutputForm

    func run() throws {
        let ring = try folder.required()
        let keys = try ring.authorized()
        for problem in keys.problems { printToStandardError("posweep: lets nobody in: \(problem)") }
        let rows = keys.entries.map {
            ["name": $0.name, "role": $0.role.rawValue, "added": $0.added, "key": $0.key.description]
        }
        try form.show(rows, keys.entries.isEmpty ? "no key may connect" : Self.table(of: keys.entries))
    }

    private static func table(of entries: [AuthorizedKeys.Entry]) -> String {
        let width = entries.map(\.name.count).max() ?? 0
        return entries.map { entry in
            let name = entry.name.padding(toLength: width, withPad: " ", startingAt: 0)
            let role = entry.role.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
            return "\(name)  \(role)  \(entry.added)  \(entry.key)"
        }.joined(separator: "\n")
    }
}
