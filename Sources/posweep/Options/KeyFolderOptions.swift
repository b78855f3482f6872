import ArgumentParser
import Cluster
import Foundation

/// Which coordinator's keys are meant.
struct KeyFolderOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The coordinator's state folder, whose folder 'keys' is meant.", valueName: "folder"),
        completion: .directory)
    var state: String?

    @Option(
        help: ArgumentHelp("Another folder of keys, as given to posweep coordinator --keys.", valueName: "folder"),
        completion: .directory)
    var keys: String?

    func validate() throws {
        guard state == nil || keys == nil else { throw ValidationError("give --state or --keys, not both") }
    }

    /// The folder, where one is named.
    var ring: KeyRing? {
        keys.map { KeyRing(URL(filePath: $0)) } ?? state.map { KeyRing(ofState: URL(filePath: $0)) }
    }

    /// The folder, which has to be named.
    func required() throws -> KeyRing {
        guard let ring else { throw Failure.usage("name the coordinator's state folder with --state") }
        return ring
    }

    /// The coordinator's own pair, drawn where it has none; that is said, since the folder may have been mistyped.
    static func makePair(in ring: KeyRing) throws -> PublicKey {
        let (pair, isNew) = try ring.makePair()
        if isNew {
            printToStandardError("posweep: made the coordinator's key in \(ring.folder.path); restart one that runs")
        }
        return pair.publicKey
    }
}

extension AuthorizedKeys.Role: ExpressibleByArgument {}
