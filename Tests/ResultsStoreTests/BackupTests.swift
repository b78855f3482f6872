import Foundation
import ResultsStore
import TestSupport
import Testing

@Suite("Backups")
struct BackupTests {
    @Test func `a backup made while a coordinator writes is a whole state folder's database`() throws {
        try withTemporaryFolder { folder in
            let state = folder.appending(path: "state")
            let store = try ResultsStore(folder: state)
            _ = try store.submit(Samples.sweep(), at: Samples.noon)
            try store.commit([Samples.found(1)])
            let backup = folder.appending(path: "backup.sqlite")
            try ResultsStore(reading: state).backUp(to: backup)
            try store.commit([Samples.found(2)])

            let restored = folder.appending(path: "restored")
            try FileManager.default.createDirectory(at: restored, withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: backup, to: restored.appending(path: "results.sqlite"))
            let copy = try ResultsStore(folder: restored)
            #expect(try copy.progress().map(\.trials.finished) == [1])
            #expect(try copy.commit([Samples.found(1), Samples.found(2)]).added.count == 1)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 3, "nothing else is left")
        }
    }

    @Test func `a file that is there is left alone`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder.appending(path: "state"))
            let file = folder.appending(path: "backup.sqlite")
            try Data("mine".utf8).write(to: file)
            #expect(throws: StoreError.backupExists(file: file.path)) { try store.backUp(to: file) }
            #expect(try Data(contentsOf: file) == Data("mine".utf8))
        }
    }

    @Test func `a backup into a folder that is not there says so`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder.appending(path: "state"))
            let file = folder.appending(path: "nowhere/backup.sqlite")
            #expect {
                try store.backUp(to: file)
            } throws: { error in
                if case .backupFailed(file.path, _) = error as? StoreError { true } else { false }
            }
        }
    }

    @Test(.enabled(if: SmallDisk.isAvailable, "needs root and tmpfs"))
    func `a backup that does not fit leaves nothing behind`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder.appending(path: "state"))
            _ = try store.submit(Samples.sweep(tasks: 1...9_000), at: Samples.noon)
            let disk = folder.appending(path: "disk")
            try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: true)
            try SmallDisk.mounted(on: disk, megabytes: 1) {
                let file = disk.appending(path: "backup.sqlite")
                #expect(throws: StoreError.backupFailed(file: file.path, detail: "the disk is full")) {
                    try store.backUp(to: file)
                }
                let left = try FileManager.default.contentsOfDirectory(atPath: disk.path)
                #expect(left.isEmpty)
            }
        }
    }
}
