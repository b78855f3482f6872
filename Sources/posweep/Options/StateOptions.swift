import ArgumentParser
import Coordination
import Foundation
import ResultsStore

/// Which results a command reads.
struct StateOptions: ParsableArguments {
    @Argument(
        help: "The sweep's name, or its file; without it the sweep that was submitted last.", completion: .sweepName)
    var sweep: String?

    @Option(
        help: ArgumentHelp("The state folder; by default NAME.state for the sweep NAME.", valueName: "folder"),
        completion: .directory)
    var state: String?

    init() {}

    /// The same of a command that asks for them in its own words.
    init(sweep: String? = nil, state: String?) {
        self.sweep = sweep
        self.state = state
    }

    /// The name of the sweep, where one is given.
    private var name: String? {
        sweep.map { sweep in
            let file = URL(filePath: sweep)
            return ["yaml", "yml"].contains(file.pathExtension) ? file.deletingPathExtension().lastPathComponent : sweep
        }
    }

    /// Opens the state folder for reading.
    ///
    /// - Returns: The store, and the sweep that is meant.
    func open() throws -> (store: ResultsStore, sweep: SweepID) {
        let store = try ResultsStore(reading: folder())
        return (store, try store.sweep(named: name))
    }

    /// The state folder that is meant.
    func folder() throws -> URL {
        if let state { return URL(filePath: state) }
        if let name { return Self.folder(ofSweep: name) }
        let here = FileManager.default.currentDirectoryPath
        let folders = ((try? FileManager.default.contentsOfDirectory(atPath: here)) ?? []).filter {
            $0.hasSuffix(Self.suffix)
        }
        guard folders.count == 1, let only = folders.first else {
            throw Failure.usage(
                folders.isEmpty
                    ? "there is no *.state folder here — name one with --state, or run a sweep first"
                    : "there are several state folders here — name the sweep, or one of them with --state")
        }
        return URL(filePath: only)
    }

    private static let suffix = ".state"

    /// Where a sweep's results are kept unless the command line says otherwise.
    static func folder(ofSweep name: String) -> URL {
        URL(filePath: name + suffix)
    }
}
