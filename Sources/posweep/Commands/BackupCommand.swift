import ArgumentParser
import Foundation
import ResultsStore

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy a state folder's results to a file, also while they are written.",
        discussion: """
            The copy is of one moment, is checked, and is on disk when the command ends.
            To go back to it: stop the coordinator, move results.sqlite and
            results.sqlite-wal out of the state folder, copy the backup there as
            results.sqlite, and start the coordinator. The file 'epoch' stays where it is.

            Example:

              posweep backup --state state results-monday.sqlite
            """)

    @Argument(help: "The file to write; it must not be there.", completion: .file(extensions: ["sqlite"]))
    var file: String

    @Option(help: ArgumentHelp("The state folder.", valueName: "folder"), completion: .directory)
    var state: String

    @OptionGroup var form: OutputForm

    private struct Backup: Encodable {
        let file: String
        let sweeps, results: Int
    }

    func run() throws {
        let store = try ResultsStore(reading: URL(filePath: state))
        try store.backUp(to: URL(filePath: file))
        let sweeps = try store.progress()
        let results = sweeps.reduce(0) { $0 + $1.trials.finished }
        try form.show(
            Backup(file: file, sweeps: sweeps.count, results: results),
            "\(file): \(sweeps.count) sweeps with \(results) results")
    }
}
