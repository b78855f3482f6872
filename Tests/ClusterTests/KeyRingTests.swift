import Foundation
import TestSupport
import Testing

@testable import Cluster

/// The folder that says who may connect.
@Suite("Key ring")
struct KeyRingTests {
    private let day = Date(timeIntervalSince1970: 1_700_000_000)

    @Test func `a key is on the list from when it is authorised until it is revoked`() throws {
        try withTemporaryFolder { folder in
            let ring = KeyRing(ofState: folder)
            #expect(try ring.authorized().entries.isEmpty)
            let (one, other) = (try KeyPair().publicKey, try KeyPair().publicKey)
            try ring.authorize(one, as: "lab2-07", role: .worker, at: day)
            try ring.authorize(other, as: "anna", role: .client, at: day)
            let keys = try ring.authorized()
            #expect(keys.entries.map(\.name) == ["anna", "lab2-07"])
            #expect(keys[one]?.role == .worker)
            #expect(keys[other]?.role == .client)
            #expect(keys[one]?.added == "2023-11-14")
            #expect(keys[try KeyPair().publicKey] == nil)
            try ring.revoke("lab2-07")
            #expect(try ring.authorized()[one] == nil)
            #expect(try ring.authorized()[other] != nil)
        }
    }

    @Test func `a name stands for one key, and a key has one name`() throws {
        try withTemporaryFolder { folder in
            let ring = KeyRing(folder)
            let key = try KeyPair().publicKey
            try ring.authorize(key, as: "lab", role: .worker, at: day)
            let error = try #require(throws: KeyError.self) {
                try ring.authorize(KeyPair().publicKey, as: "lab", role: .admin, at: day)
            }
            #expect(error == .nameTaken("lab", folder: ring.list.path))
            #expect(throws: KeyError.alreadyAuthorized(key, as: "lab")) {
                try ring.authorize(key, as: "lab2", role: .admin, at: day)
            }
            #expect(try ring.authorized()[key]?.role == .worker)
            #expect(throws: KeyError.unknownName("lob", folder: ring.list.path, names: ["lab"])) {
                try ring.revoke("lob")
            }
        }
    }

    @Test(arguments: [
        "", ".", "..", "../x", "a/b", ".hidden", "-rf", "a b", "a\n", "ä", String(repeating: "a", count: 65),
    ])
    func `what could be a path or an option is no name`(name: String) throws {
        try withTemporaryFolder { folder in
            let key = try KeyPair().publicKey
            #expect(throws: KeyError.name(name)) {
                try KeyRing(folder).authorize(key, as: name, role: .worker, at: day)
            }
            #expect(throws: KeyError.self) { try KeyRing(folder).revoke(name) }
        }
    }

    @Test func `a file that cannot be read lets nobody in and keeps nobody in`() throws {
        try withTemporaryFolder { folder in
            let ring = KeyRing(folder)
            let key = try KeyPair().publicKey
            try ring.authorize(key, as: "good", role: .worker, at: day)
            for (name, text) in [
                ("broken", "public-key: \(key)\n"), ("typo", "public-key: \(key)\nrole: king\nadded: today\n"),
                ("half", "public-key: 12"), ("restricted", "public-key: \(key)\nrole: worker\nadded: x\nuntil: 2020\n"),
            ] {
                try PrivateFile.create("\(name).key", in: ring.list.path, text: text, mode: 0o600)
            }
            let keys = try ring.authorized()
            #expect(keys.entries.map(\.name) == ["good"])
            #expect(keys.problems.count == 4)
            try ring.revoke("good")
            #expect(try ring.authorized()[key] == nil)
        }
    }

    @Test func `a list that others can write to is not trusted`() throws {
        try withTemporaryFolder { folder in
            let ring = KeyRing(folder)
            try ring.authorize(try KeyPair().publicKey, as: "lab", role: .worker, at: day)
            let file = ring.list.appending(path: "lab.key").path
            try FileManager.default.setAttributes([.posixPermissions: 0o620], ofItemAtPath: file)
            #expect(try ring.authorized().entries.isEmpty)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
            #expect(try ring.authorized().entries.count == 1)
            try FileManager.default.setAttributes([.posixPermissions: 0o770], ofItemAtPath: ring.list.path)
            #expect(throws: KeyError.open(path: ring.list.path, mode: 0o770, isSecret: false)) { try ring.authorized() }
        }
    }

    @Test func `the coordinator's pair is drawn once`() throws {
        try withTemporaryFolder { folder in
            let ring = KeyRing(ofState: folder)
            #expect(try ring.pair() == nil)
            let (pair, isNew) = try ring.makePair()
            #expect(isNew)
            #expect(try ring.pair() == pair)
            let again = try ring.makePair()
            #expect(again.pair == pair)
            #expect(!again.isNew)
        }
    }

    @Test func `a role allows what its name says, and nothing else`() {
        let rights = AuthorizedKeys.Role.allCases.map { [$0.mayWork, $0.mayAsk, $0.mayChange] }
        #expect(rights == [[true, false, false], [false, true, false], [false, true, true], [true, true, true]])
    }
}
