/// What is wrong with a key or its file.
package enum KeyError: Error, Hashable {
    case noEncryption
    case missing(path: String)
    /// Others than its owner can read a secret key, or write where it is decided who may connect.
    case open(path: String, mode: UInt32, isSecret: Bool)
    case unreadable(path: String, cause: String)
    case unwritable(path: String, cause: String)
    case malformed(path: String, problem: String)
    case exists(path: String)
    case name(String)
    case notAKey(String)
    case nameTaken(String, folder: String)
    case alreadyAuthorized(PublicKey, as: String)
    case unknownName(String, folder: String, names: [String])
    case noCoordinatorKey(path: String)
}

extension KeyError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noEncryption: "this libzmq cannot encrypt — install one with CURVE; cluster/setup.sh does"
        case .missing(let path): "there is no key at \(path) — posweep keys new makes one"
        case .open(let path, let mode, true):
            """
            \(path) holds a secret key, and others than its owner can read it (mode \(octal(mode))) — chmod 600 \(path); if \
            somebody may have, make a new key and revoke this one
            """
        case .open(let path, let mode, false):
            """
            others than its owner can write to \(path) (mode \(octal(mode))), and so decide who may connect — \
            chmod go-w \(path)
            """
        case .unreadable(let path, let cause): "\(path) cannot be read: \(cause)"
        case .unwritable(let path, let cause): "\(path) cannot be written: \(cause)"
        case .malformed(let path, let problem): "\(path) is no key of posweep: \(problem)"
        case .exists(let path): "\(path) is there already, and a key is never overwritten — name another --output"
        case .name(let name):
            "'\(name)' cannot be the name of a key — up to 64 letters, digits and . _ @ -, a letter or digit first"
        case .notAKey(let text):
            "'\(text)' is neither the file of a key nor a public key of 64 hexadecimal digits — posweep keys show prints one"
        case .nameTaken(let name, let folder):
            "\(folder) has another key named \(name) — revoke it, or take another name"
        case .alreadyAuthorized(let key, let name): "the key \(key.short) is authorised already, as \(name)"
        case .unknownName(let name, let folder, let names):
            "no key named \(name) in \(folder)" + (names.isEmpty ? "" : " — there are \(names.joined(separator: ", "))")
        case .noCoordinatorKey(let path):
            """
            \(path) does not say which coordinator it is for — make it with posweep keys new --coordinator-key KEY; \
            posweep keys show --state STATE prints KEY on the coordinator's host
            """
        }
    }

    private func octal(_ mode: UInt32) -> String { "0" + String(mode, radix: 8) }
}
