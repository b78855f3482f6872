package import Foundation
import Glibc

/// A coordinator's folder of keys: its own pair, and a file for each key that may connect.
///
/// | file | what it is |
/// |---|---|
/// | `coordinator.key` | the coordinator's own pair; only its owner can read it |
/// | `authorized/NAME.key` | a public key and what its owner may do |
///
/// Whoever can write there decides who may connect, so nobody but the owner may.
package struct KeyRing: Hashable, Sendable {
    package let folder: URL

    package init(_ folder: URL) {
        self.folder = folder
    }

    /// The folder of a coordinator that keeps its keys with its state.
    package init(ofState state: URL) {
        self.init(state.appending(path: "keys"))
    }

    private var ownFile: URL { folder.appending(path: "coordinator.key") }
    var list: URL { folder.appending(path: "authorized") }
    private static let suffix = ".key"
    /// Files beyond this many let nobody in.
    private static let filesLimit = 10_000

    /// The coordinator's own pair, where it has one.
    ///
    /// - Throws: `KeyError` where its file cannot be trusted or read.
    package func pair() throws(KeyError) -> KeyPair? {
        do throws(KeyError) {
            return try KeyFile(reading: ownFile).pair
        } catch .missing {
            return nil
        }
    }

    /// The coordinator's own pair, drawn where it has none.
    package func makePair() throws(KeyError) -> (pair: KeyPair, isNew: Bool) {
        try PrivateFile.makeFolder(list.path)
        if let pair = try pair() { return (pair, false) }
        do throws(KeyError) {
            let pair = try KeyPair()
            try KeyFile(name: "coordinator", pair: pair).write(to: ownFile)
            return (pair, true)
        } catch .exists {
            // Somebody else was quicker by a moment.
            guard let pair = try pair() else { throw .missing(path: ownFile.path) }
            return (pair, false)
        }
    }

    // MARK: Who may connect

    /// Lets a name pass that no key has.
    ///
    /// - Throws: `nameTaken`, or another `KeyError` where the folder cannot be read.
    package func requireFree(_ name: String) throws(KeyError) {
        if try names().contains(name) { throw .nameTaken(name, folder: list.path) }
    }

    /// The keys that may connect at this moment.
    ///
    /// - Throws: `KeyError` where the folder cannot be trusted or read. A file that cannot be lets nobody in, and is
    ///   named among the problems: it must not keep those alive that have been revoked beside it.
    package func authorized() throws(KeyError) -> AuthorizedKeys {
        var entries: [AuthorizedKeys.Entry] = []
        var problems: [String] = []
        for file in try names().prefix(Self.filesLimit) {
            do throws(KeyError) {
                entries.append(try entry(file))
            } catch .missing {
                // Revoked since the folder was listed.
            } catch {
                problems.append(error.description)
            }
        }
        return AuthorizedKeys(entries, problems: problems)
    }

    private func entry(_ name: String) throws(KeyError) -> AuthorizedKeys.Entry {
        let path = list.appending(path: name + Self.suffix).path
        let fields = try KeyText(PrivateFile.text(at: path, isSecret: false), path: path)
        guard let role = AuthorizedKeys.Role(rawValue: try fields.value("role")) else {
            throw .malformed(path: path, problem: "its role is none")
        }
        try fields.requireOnly(["public-key", "role", "added"])
        return AuthorizedKeys.Entry(
            name: name, key: try fields.key("public-key"), role: role, added: try fields.value("added"))
    }

    /// The names that have a file; drafts and whatever else lies there have none.
    private func names() throws(KeyError) -> [String] {
        var facts = stat()
        guard unsafe stat(list.path, &facts) == 0 else {
            if errno == ENOENT { return [] }
            throw .unreadable(path: list.path, cause: SystemError.text(errno))
        }
        guard facts.st_mode & 0o022 == 0 else {
            throw .open(path: list.path, mode: facts.st_mode & 0o7777, isSecret: false)
        }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: list.path)
                .filter { $0.hasSuffix(Self.suffix) }.map { String($0.dropLast(Self.suffix.count)) }
                .filter(KeyFile.isName).sorted()
        } catch {
            throw .unreadable(path: list.path, cause: "\(error)")
        }
    }

    /// Lets the owner of a key connect from now on, also to a coordinator that runs.
    ///
    /// - Throws: `nameTaken` or `alreadyAuthorized` where the one or the other is there, or another `KeyError`.
    package func authorize(
        _ key: PublicKey, as name: String, role: AuthorizedKeys.Role, at date: Date
    ) throws(KeyError) {
        guard KeyFile.isName(name) else { throw .name(name) }
        try PrivateFile.makeFolder(list.path)
        if let entry = try authorized()[key] { throw .alreadyAuthorized(key, as: entry.name) }
        let day = date.formatted(.iso8601.year().month().day())
        let text = """
            # Who has this key may connect. Removing the file revokes it; posweep keys revoke \(name) does that.
            public-key: \(key)
            role: \(role.rawValue)
            added: \(day)

            """
        do throws(KeyError) {
            try PrivateFile.create(name + Self.suffix, in: list.path, text: text, mode: 0o600)
        } catch .exists {
            throw .nameTaken(name, folder: list.path)
        }
    }

    /// Takes a key off the list; a coordinator that runs drops its sessions.
    ///
    /// - Throws: `unknownName`, or another `KeyError`.
    package func revoke(_ name: String) throws(KeyError) {
        let names = try names()
        guard names.contains(name) else { throw .unknownName(name, folder: list.path, names: names) }
        try PrivateFile.remove(name + Self.suffix, in: list.path)
    }
}
