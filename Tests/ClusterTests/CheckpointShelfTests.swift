import Coordination
import Crypto
import Foundation
import TestSupport
import Testing

@testable import Cluster

@Suite("What a coordinator keeps of checkpoints", .timeLimit(.minutes(1)))
struct CheckpointShelfTests {
    private let task = TaskID(high: 7, low: 7)

    /// A checkpoint whose file has arrived.
    private func arrived(_ step: Int, in folder: URL) throws -> TaskCheckpoint {
        let data = Data("step \(step)".utf8)
        let name = try #require(BlobName(Array(SHA256.hash(data: data))))
        let place = ArrivalFolder(stateFolder: folder)
        try FileManager.default.createDirectory(atPath: place.path, withIntermediateDirectories: true)
        try data.write(to: URL(filePath: place.whole(name)))
        return TaskCheckpoint(TrialArtifact(name: name, size: data.count), step: step)
    }

    private func keep(_ checkpoint: TaskCheckpoint, on shelf: CheckpointShelf) async {
        await withCheckedContinuation { done in
            shelf.keep(checkpoint, of: task) { done.resume() }
        }
    }

    @Test func `the newest is known to the next process, and the one before it can still be fetched`() async throws {
        try await withTemporaryFolder { folder in
            let shelf = CheckpointShelf(stateFolder: folder)
            let checkpoints = try (1...3).map { try arrived($0, in: folder) }
            for checkpoint in checkpoints { await keep(checkpoint, on: shelf) }
            for known in [shelf, CheckpointShelf(stateFolder: folder)] {
                #expect(known.newest(of: task) == checkpoints[2])
                #expect(known.place(of: checkpoints[0].file.name) == nil)
                for step in 2...3 {
                    let place = try #require(known.place(of: checkpoints[step - 1].file.name))
                    #expect(try Data(contentsOf: URL(filePath: place.path)) == Data("step \(step)".utf8))
                }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/arriving").isEmpty)
        }
    }

    @Test func `what is not further along, or whose file is not there, changes nothing`() async throws {
        try await withTemporaryFolder { folder in
            let shelf = CheckpointShelf(stateFolder: folder)
            let second = try arrived(2, in: folder)
            await keep(second, on: shelf)
            shelf.keep(try arrived(1, in: folder), of: task) { Issue.record("an older one was kept") }
            shelf.keep(TaskCheckpoint(TrialArtifact(name: second.file.name, size: 1), step: 3), of: task) {
                Issue.record("one without its file was kept")
            }
            // In order: when this is kept, those before it are done with.
            await keep(try arrived(4, in: folder), on: shelf)
            #expect(shelf.newest(of: task)?.step == 4)
        }
    }

    @Test func `files that are no checkpoints are left alone`() throws {
        try withTemporaryFolder { folder in
            let place = folder.appending(path: "checkpoints")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            for name in ["notes.txt", "\(task).x.00", "\(task).0.\(String(repeating: "ab", count: 32))"] {
                try Data("?".utf8).write(to: place.appending(path: name))
            }
            #expect(CheckpointShelf(stateFolder: folder).tasks.isEmpty)
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).count == 3)
        }
    }
}

@Suite("Checkpoints as they travel")
struct TrainingHandoverTests {
    private static let heading = TrainingHandover.Heading(program: "0.1.0", processors: ["Xeon", "EPYC"], step: 42)

    @Test func `a checkpoint comes out as it went in, wherever it lies`() throws {
        let file = try TrainingHandover(Self.heading, Data([1, 2, 3])).file()
        for data in [file, (Data([9, 9]) + file).dropFirst(2)] {
            let read = try TrainingHandover(data)
            #expect(read.heading == Self.heading)
            #expect(read.checkpoint == Data([1, 2, 3]))
        }
    }

    @Test func `no changed byte goes unnoticed, nor a missing one`() throws {
        let file = try TrainingHandover(Self.heading, Data([1, 2, 3])).file()
        for index in file.indices {
            var changed = file
            changed[index] ^= 0x10
            #expect(throws: HandoverError.damaged) { try TrainingHandover(changed) }
        }
        for count in 0..<file.count { #expect(throws: HandoverError.self) { try TrainingHandover(file.prefix(count)) } }
    }

    @Test func `a heading that is longer than the file, or none, is refused`() {
        for body in [Data([255, 255, 255, 255]), Data([2, 0, 0, 0]) + Data("{}".utf8), Data([0, 0, 0, 0])] {
            let file = Data(SHA256.hash(data: body)) + body
            #expect(throws: HandoverError.notOne) { try TrainingHandover(file) }
        }
    }
}
