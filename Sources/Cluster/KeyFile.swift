package import Foundation

/// A secret key in its file: what a worker or a command line shows a coordinator.
///
///     name: lab2-07
///     public-key: 64 hexadecimal digits
///     secret-key: 64 hexadecimal digits
///     coordinator-key: 64 hexadecimal digits, where it is known
package struct KeyFile: Hashable, Sendable {
    package let name: String
    package let pair: KeyPair
    /// The key of the coordinator that this one is for: another one at its address is an impostor.
    package let coordinator: PublicKey?

    package init(name: String, pair: KeyPair, coordinator: PublicKey? = nil) throws(KeyError) {
        guard Self.isName(name) else { throw .name(name) }
        self.name = name
        self.pair = pair
        self.coordinator = coordinator
    }

    /// Reads a file.
    ///
    /// - Throws: `KeyError`, also where others than its owner can read the file.
    package init(reading file: URL) throws(KeyError) {
        let path = file.path
        let fields = try KeyText(PrivateFile.text(at: path, isSecret: true), path: path)
        name = try fields.name()
        guard let secret = Hexadecimal.bytes(try fields.value("secret-key")), let pair = KeyPair(secret: secret) else {
            throw .malformed(path: path, problem: "secret-key is not 64 hexadecimal digits")
        }
        guard pair.publicKey == (try fields.key("public-key")) else {
            throw .malformed(path: path, problem: "public-key does not belong to secret-key")
        }
        self.pair = pair
        coordinator = fields.has("coordinator-key") ? try fields.key("coordinator-key") : nil
        try fields.requireOnly(["name", "public-key", "secret-key", "coordinator-key"])
    }

    /// What is shown to the coordinator that the key is for.
    ///
    /// - Parameter path: Where the file is, for the message.
    /// - Returns: The key, and that of the coordinator.
    /// - Throws: `noCoordinatorKey` where the file does not say which one that is.
    package func credentials(path: String) throws(KeyError) -> Credentials {
        guard let coordinator else { throw .noCoordinatorKey(path: path) }
        return Credentials(name: name, pair: pair, coordinator: coordinator)
    }

    /// Writes a file that only its owner can read.
    ///
    /// - Throws: `KeyError`, also where there is a file already.
    package func write(to file: URL) throws(KeyError) {
        let folder = file.deletingLastPathComponent().path
        try PrivateFile.makeFolder(folder)
        var lines = [
            "# A key of posweep. Whoever has this file is \(name): nobody else may read it.", "name: \(name)",
            "public-key: \(pair.publicKey)", "secret-key: \(Hexadecimal.text(pair.secret))",
        ]
        if let coordinator { lines.append("coordinator-key: \(coordinator)") }
        try PrivateFile.create(
            file.lastPathComponent, in: folder, text: lines.joined(separator: "\n") + "\n", mode: 0o600)
    }

    /// A name becomes that of a file, so it has nothing in it that a path could be made of.
    package static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, (1...64).contains(text.utf8.count) else { return false }
        return isLetterOrDigit(first) && text.utf8.allSatisfy { isLetterOrDigit($0) || "._@-".utf8.contains($0) }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}

/// The lines `field: value` of a key's file.
struct KeyText {
    private let values: [String: String]
    private let path: String

    init(_ text: String, path: String) throws(KeyError) {
        self.path = path
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            guard parts.count == 2, values.updateValue(parts[1], forKey: parts[0]) == nil else {
                throw .malformed(path: path, problem: "a line is not 'field: value', or a field stands there twice")
            }
        }
        self.values = values
    }

    func has(_ field: String) -> Bool { values[field] != nil }

    func value(_ field: String) throws(KeyError) -> String {
        guard let value = values[field] else { throw .malformed(path: path, problem: "\(field) is missing") }
        return value
    }

    func key(_ field: String) throws(KeyError) -> PublicKey {
        guard let key = PublicKey(try value(field)) else {
            throw .malformed(path: path, problem: "\(field) is not 64 hexadecimal digits")
        }
        return key
    }

    func name() throws(KeyError) -> String {
        let name = try value("name")
        guard KeyFile.isName(name) else { throw .malformed(path: path, problem: "its name is none") }
        return name
    }

    /// What this version does not know may be a restriction, so it is not passed over.
    func requireOnly(_ fields: Set<String>) throws(KeyError) {
        if let unknown = values.keys.sorted().first(where: { !fields.contains($0) }) {
            throw .malformed(path: path, problem: "it has a field that this version does not know: \(unknown)")
        }
    }
}
