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

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let ring = try folder.required()
        let keys = try ring.authorized()
        for problem in keys.problems { printToStandardError("posweep: lets nobody in: \(problem)") }
        if json {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            let rows = keys.entries.map {
                ["name": $0.name, "role": $0.role.rawValue, "added": $0.added, "key": $0.key.description]
            }
            print(String(decoding: try encoder.encode(rows), as: UTF8.self))
            return
        }
        guard !keys.entries.isEmpty else {
            print("no key may connect")
            return
        }
        let width = keys.entries.map(\.name.count).max() ?? 0
        for entry in keys.entries {
            let name = entry.name.padding(toLength: width, withPad: " ", startingAt: 0)
            let role = entry.role.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
            print("\(name)  \(role)  \(entry.added)  \(entry.key)")
        }
    }
}
