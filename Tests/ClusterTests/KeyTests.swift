import Foundation
import TestSupport
import Testing

@testable import Cluster

/// Keys and the files that they are in.
@Suite("Keys")
struct KeyTests {
    @Test(arguments: [
        (
            "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
            "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
        ),
        (
            "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
            "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"
        ),
    ])
    func `a public key follows from its secret one as in RFC 7748, section 6·1`(secret: String, open: String) throws {
        let bytes = try #require(Hexadecimal.bytes(secret))
        let pair = try #require(KeyPair(secret: bytes))
        #expect(pair.publicKey == PublicKey(open))
        #expect(pair.publicKey == PublicKey(open.uppercased()))
        #expect(KeyPair(secret: [1, 2, 3]) == nil)
    }

    @Test func `two pairs are never the same, and are not printed with their secrets`() throws {
        let (one, other) = (try KeyPair(), try KeyPair())
        #expect(one.publicKey != other.publicKey)
        #expect("\(one)" == one.publicKey.description)
        #expect(!String(reflecting: one).contains(Hexadecimal.text(one.secret)))
        var dumped = ""
        dump(one, to: &dumped)
        #expect(!dumped.contains("\(one.secret[0]), \(one.secret[1])"))
        #expect(dumped.split(separator: "\n").count < 40)
    }

    @Test(arguments: ["", "85", String(repeating: "0", count: 63), String(repeating: "g", count: 64), "8520F0098930"])
    func `what is not 64 hexadecimal digits is no key`(text: String) {
        #expect(PublicKey(text) == nil)
    }

    @Test func `a key file reads back as it was written, and only its owner can read it`() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "new/folder/lab.key")
            let key = try KeyFile(name: "lab", pair: KeyPair(), coordinator: KeyPair().publicKey)
            try key.write(to: file)
            #expect(try KeyFile(reading: file) == key)
            #expect(try mode(of: file) == 0o600)
            #expect(try mode(of: file.deletingLastPathComponent()) == 0o700)
            // Nothing but the file itself is left behind.
            let names = try FileManager.default.contentsOfDirectory(
                atPath: file.deletingLastPathComponent().path)
            #expect(names == ["lab.key"])
        }
    }

    @Test func `a key file is never overwritten`() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "lab.key")
            let first = try KeyFile(name: "lab", pair: KeyPair())
            try first.write(to: file)
            let second = try KeyFile(name: "lab", pair: KeyPair())
            #expect(throws: KeyError.exists(path: file.path)) { try second.write(to: file) }
            #expect(try KeyFile(reading: file) == first)
        }
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o660, 0o610, 0o601])
    func `a secret key that others can get at is not used, and it is said what to do`(mode: Int) throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "lab.key")
            try KeyFile(name: "lab", pair: KeyPair()).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
            let error = try #require(throws: KeyError.self) { try KeyFile(reading: file) }
            #expect(error == .open(path: file.path, mode: UInt32(mode), isSecret: true))
            #expect(error.description.contains("chmod 600 \(file.path)"))
        }
    }

    @Test(arguments: [
        "", "name: lab", "name lab", "name: lab\nname: lab",
        "name: ../lab\nsecret-key: SECRET\npublic-key: PUBLIC",
        "name: lab\nsecret-key: SECRET\npublic-key: OTHER",
        "name: lab\nsecret-key: 77\npublic-key: PUBLIC",
        "name: lab\nsecret-key: SECRET\npublic-key: PUBLIC\ncoordinator-key: 12",
        "name: lab\nsecret-key: SECRET\npublic-key: PUBLIC\nexpires: 2030-01-01",
        String(repeating: "# long\n", count: 1_000),
    ])
    func `a file that is no key is named as one`(text: String) throws {
        try withTemporaryFolder { folder in
            let pair = try KeyPair()
            let file = folder.appending(path: "lab.key")
            let filled = text.replacing("SECRET", with: Hexadecimal.text(pair.secret))
                .replacing("PUBLIC", with: pair.publicKey.description)
                .replacing("OTHER", with: try KeyPair().publicKey.description)
            try PrivateFile.create("lab.key", in: folder.path, text: filled, mode: 0o600)
            let error = try #require(throws: KeyError.self) { try KeyFile(reading: file) }
            guard case .malformed(let path, _) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(path == file.path)
        }
    }

    @Test func `a pipe or a folder in the place of a key is refused without waiting for it`() throws {
        try withTemporaryFolder { folder in
            let pipe = folder.appending(path: "pipe.key")
            #expect(mkfifo(pipe.path, 0o600) == 0)
            for file in [pipe, folder] {
                let error = try #require(throws: KeyError.self) { try KeyFile(reading: file) }
                guard case .malformed = error else {
                    Issue.record("\(error)")
                    continue
                }
            }
            #expect(throws: KeyError.missing(path: folder.appending(path: "none").path)) {
                try KeyFile(reading: folder.appending(path: "none"))
            }
        }
    }

    @Test(arguments: [
        ("tcp://127.0.0.1:5555", true), ("tcp://127.1.2.3:0", true), ("tcp://localhost:1", true),
        ("tcp://[::1]:1", true),
        ("ipc:///tmp/x", true), ("tcp://127.0.0.1.example.org:1", false), ("tcp://127.evil.org:1", false),
        ("tcp://127.1:1", false), ("tcp://*:5555", false), ("tcp://0.0.0.0:1", false), ("tcp://[::]:1", false),
        ("tcp://localhost.example.org:1", false), ("tcp://127.0.0.1", false), ("tcp://127.0.0.256:1", false),
        ("ws://127.0.0.1:1", false), ("", false),
    ])
    func `only an address that is certainly this host's counts as local`(endpoint: String, isLocal: Bool) {
        #expect(Endpoint(endpoint).isLocal == isLocal)
    }

    private func mode(of file: URL) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    }
}
