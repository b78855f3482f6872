import Coordination
import Foundation
import ResultsStore
import TestSupport
import Testing

@Suite("Opening a state folder")
struct OpeningTests {
    @Test func `every commit reaches the disk: WAL, synchronous FULL`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder.appending(path: "made/on/the/way"))
            #expect(try store.durability() == "wal, synchronous 2")
        }
    }

    @Test func `a second coordinator is told who has the folder`() throws {
        try withTemporaryFolder { folder in
            let first = try ResultsStore(folder: folder)
            let owner = Int(ProcessInfo.processInfo.processIdentifier)
            #expect(throws: StoreError.owned(folder: folder.path, processID: owner)) {
                try ResultsStore(folder: folder)
            }
            try first.close()
        }
        // The lock went with the first store, not with the folder.
        try withTemporaryFolder { folder in
            do { _ = try ResultsStore(folder: folder) }
            _ = try ResultsStore(folder: folder)
        }
    }

    @Test func `a reader sees what a writer has committed, while it writes and after it`() throws {
        try withTemporaryFolder { folder in
            #expect(throws: StoreError.nothingThere(folder: folder.path)) { try ResultsStore(reading: folder) }
            do {
                let writer = try ResultsStore(folder: folder)
                _ = try writer.submit(Samples.sweep(), at: Samples.noon)
                let reader = try ResultsStore(reading: folder)
                #expect(try reader.progress().map(\.trials.finished) == [0])
                try writer.commit([Samples.found(1)])
                #expect(try reader.progress().map(\.trials.finished) == [1])
                #expect(throws: StoreError.readOnly(folder: folder.path)) { try reader.commit([Samples.found(2)]) }
            }
            let alone = try ResultsStore(reading: folder)
            #expect(try alone.progress().map(\.trials.finished) == [1])
        }
    }

    @Test func `a newer schema is refused and left alone`() throws {
        try withUsedFolder(then: "PRAGMA user_version = 7") { folder in
            let file = folder.appending(path: "results.sqlite")
            let before = try Data(contentsOf: file)
            #expect(throws: StoreError.newer(file: file.path, version: 7, known: 5)) {
                try ResultsStore(folder: folder)
            }
            #expect(throws: StoreError.newer(file: file.path, version: 7, known: 5)) {
                try ResultsStore(reading: folder)
            }
            #expect(try Data(contentsOf: file) == before)
        }
    }

    @Test func `another program's database is refused and left alone`() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "results.sqlite")
            try RawDatabase.execute("CREATE TABLE recipes (name TEXT); INSERT INTO recipes VALUES ('soup')", in: file)
            let before = try Data(contentsOf: file)
            #expect(throws: StoreError.foreign(file: file.path)) { try ResultsStore(folder: folder) }
            #expect(throws: StoreError.foreign(file: file.path)) { try ResultsStore(reading: folder) }
            #expect(try Data(contentsOf: file) == before)
        }
    }

    @Test(arguments: [0, 40])
    func `a damaged header is refused and left alone`(position: Int) throws {
        try withUsedFolder { folder in
            let file = folder.appending(path: "results.sqlite")
            var bytes = try Data(contentsOf: file)
            bytes.replaceSubrange(position..<position + 60, with: Data(repeating: 0xEE, count: 60))
            try bytes.write(to: file)
            #expect { try ResultsStore(folder: folder) } throws: { error in
                switch error as? StoreError {
                case .corrupt, .foreign: true
                default: false
                }
            }
            #expect(try Data(contentsOf: file) == bytes)
        }
    }

    @Test func `a damaged page is found after an unclean end`() throws {
        try withUsedFolder { folder in
            let file = folder.appending(path: "results.sqlite")
            var bytes = try Data(contentsOf: file)
            bytes.replaceSubrange(8192..<12_288, with: Data(repeating: 0xEE, count: 4096))
            try bytes.write(to: file)
            // A log that the last process left is what an unclean end looks like.
            try Data(repeating: 0, count: 32).write(to: folder.appending(path: "results.sqlite-wal"))
            #expect { try ResultsStore(folder: folder) } throws: { error in
                guard case .corrupt = error as? StoreError else { return false }
                return true
            }
            #expect(try Data(contentsOf: file) == bytes)
        }
    }

    @Test func `a database that has vanished is not silently begun anew`() throws {
        try withUsedFolder { folder in
            let file = folder.appending(path: "results.sqlite")
            try Data().write(to: file)
            #expect(throws: StoreError.databaseLost(folder: folder.path, evidence: "epoch")) {
                try ResultsStore(folder: folder)
            }
            try FileManager.default.removeItem(at: file)
            #expect(throws: StoreError.databaseLost(folder: folder.path, evidence: "epoch")) {
                try ResultsStore(folder: folder)
            }
        }
    }

    @Test func `the epoch grows over restarts, restored backups and lost copies`() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "results.sqlite")
            func raise() throws -> UInt64 {
                let store = try ResultsStore(folder: folder)
                let epoch = try store.raiseEpoch()
                try store.close()
                return epoch
            }
            #expect(try raise() == 1)
            let backup = try Data(contentsOf: file)
            #expect(try raise() == 2)
            #expect(try raise() == 3)
            try backup.write(to: file)
            #expect(try raise() == 4)
            try FileManager.default.removeItem(at: folder.appending(path: "epoch"))
            #expect(try raise() == 5)
        }
    }

    @Test(arguments: ["", "x", "-1", "99999999999999999999", "1 2", String(repeating: "1", count: 4000)])
    func `an epoch file that makes no sense stops the start`(text: String) throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            #expect(try store.raiseEpoch() == 1)
            let file = folder.appending(path: "epoch")
            try Data((text + "\n").utf8).write(to: file)
            #expect(throws: StoreError.corrupt(file: file.path, detail: "it should hold one number")) {
                try store.raiseEpoch()
            }
        }
    }

    @Test func `a new reign closes what the last one left open`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            let sweep = try store.submit(Samples.sweep(), at: Samples.noon).sweep
            try store.commit([.attemptStarted(Samples.task(1), .first, worker: Samples.alice)])
            #expect(try store.progress(of: sweep).tasks.running == 1)
            _ = try store.raiseEpoch()
            #expect(try store.progress(of: sweep).tasks.running == 0)
            #expect(try store.unfinishedTasks().map(\.nextAttempt.number) == [2, 1, 1])
        }
    }

    /// A folder that a coordinator has used and closed, after which something was done to its database.
    private func withUsedFolder(then sql: String? = nil, _ body: (URL) throws -> Void) throws {
        try withTemporaryFolder { folder in
            do {
                let store = try ResultsStore(folder: folder)
                _ = try store.raiseEpoch()
                _ = try store.submit(Samples.sweep(tasks: 1...40), at: Samples.noon)
                try store.commit((1...80).map { Samples.found($0) })
                try store.close()
            }
            if let sql { try RawDatabase.execute(sql, in: folder.appending(path: "results.sqlite")) }
            try body(folder)
        }
    }
}
