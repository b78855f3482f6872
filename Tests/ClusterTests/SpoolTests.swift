import Cluster
import Coordination
import Foundation
import ResultsStore
import Synchronization
import TestSupport
import Testing

@Suite("Spool", .serialized, .timeLimit(.minutes(2)))
struct SpoolTests {
    private static func entry(_ number: UInt64) -> SpoolEntry {
        let name = AttemptName(TaskID(high: 1, low: 2), .first)
        let trial = TrialID(high: 3, low: number)
        return SpoolEntry(
            SpoolEntry.Key(ClusterID(high: 4, low: 5), name, trial), FakeSweep.result(of: trial))
    }

    /// What a worker that starts here finds.
    private func found(in folder: URL) throws -> (entries: [SpoolEntry], problems: [String]) {
        let spool = try Spool(in: SpoolFolder(folder))
        return (spool.found, spool.problems)
    }

    private func files(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0 != "lock" && $0 != "worker" }
            .sorted()
    }

    @Test func `what is written is found in its order until it is removed`() throws {
        try withTemporaryFolder { folder in
            var spool = try Spool(in: SpoolFolder(folder))
            #expect(spool.found.isEmpty)
            try spool.write([Self.entry(1), Self.entry(2)])
            try spool.write([Self.entry(3)])
            #expect(try found(in: folder).entries == (1...3).map(Self.entry))
            spool.remove([Self.entry(1).key, Self.entry(3).key])
            // A file goes as a whole.
            #expect(try found(in: folder).entries == (1...3).map(Self.entry))
            spool.remove([Self.entry(2).key])
            #expect(try files(in: folder).isEmpty)
            try spool.write([Self.entry(4)])
            #expect(try found(in: folder).entries == [Self.entry(4)])
        }
    }

    @Test func `results of a moment share a file, and a large file is followed by another one`() throws {
        try withTemporaryFolder { folder in
            var spool = try Spool(in: SpoolFolder(folder))
            for number in 1...3 as ClosedRange<UInt64> { try spool.write([Self.entry(number)]) }
            #expect(try files(in: folder) == ["00000001.results"])
            let size = try Data(contentsOf: folder.appending(path: "00000001.results")).count
            let many = UInt64(6 << 20 / size)
            try spool.write((4..<many).map(Self.entry))
            try spool.write([Self.entry(many)])
            #expect(try files(in: folder) == ["00000001.results", "00000002.results"])
            spool.remove((1..<many).map { Self.entry($0).key })
            #expect(try found(in: folder).entries == [Self.entry(many)])
        }
    }

    @Test func `what an earlier process has written is removed by a later one`() throws {
        try withTemporaryFolder { folder in
            var first = try Spool(in: SpoolFolder(folder))
            try first.write([Self.entry(1)])
            var second = try Spool(in: SpoolFolder(folder))
            try second.write([Self.entry(2)])
            second.remove([Self.entry(1).key])
            #expect(try found(in: folder).entries == [Self.entry(2)])
        }
    }

    @Test func `a write that a crash has cut short costs nothing that was written before`() throws {
        try withTemporaryFolder { folder in
            let (first, second) = (SpoolFile.bytes(of: [Self.entry(1)]), SpoolFile.bytes(of: [Self.entry(2)]))
            _ = try SpoolFolder(folder)
            for count in [1, 7, 500, second.count - 1] {
                try Data(first + second.prefix(count)).write(to: folder.appending(path: "00000001.results"))
                let (entries, problems) = try found(in: folder)
                #expect(entries == [Self.entry(1)])
                #expect(problems.count == 1)
            }
        }
    }

    @Test func `a damaged file is put aside and named, when all that is whole in it is acknowledged`() throws {
        try withTemporaryFolder { folder in
            var bytes = Data(SpoolFile.bytes(of: [Self.entry(1), Self.entry(2)]))
            bytes[bytes.count - 9] ^= 0x10
            _ = try SpoolFolder(folder)
            try bytes.write(to: folder.appending(path: "00000007.results"))
            var spool = try Spool(in: SpoolFolder(folder))
            #expect(spool.found == [Self.entry(1)])
            let problem = try #require(spool.problems.first)
            #expect(problem.contains("00000007.results: 1 of its 2 results cannot be read"))
            #expect(problem.contains("kept as 00000007.results.damaged"))
            spool.remove([Self.entry(1).key])
            #expect(try files(in: folder) == ["00000007.results.damaged"])
            #expect(try found(in: folder).entries.isEmpty)
            #expect(try Data(contentsOf: folder.appending(path: "00000007.results.damaged")) == bytes)
        }
    }

    @Test func `a folder has one worker at a time, which keeps its name`() throws {
        try withTemporaryFolder { base in
            let first = try SpoolFolder.claim(for: "tcp://host:5555", in: base)
            let second = try SpoolFolder.claim(for: "tcp://host:5555", in: base)
            #expect(first.path != second.path)
            #expect(first.worker != second.worker)
            #expect(throws: SpoolError.taken(folder: first.path)) { try SpoolFolder(URL(filePath: first.path)) }
            #expect(try SpoolFolder.claim(for: "tcp://other:5555", in: base).path != first.path)
        }
    }

    @Test func `a worker that is started again is the same one`() throws {
        try withTemporaryFolder { folder in
            let worker = try SpoolFolder(folder).worker
            #expect(try SpoolFolder(folder).worker == worker)
        }
    }

    @Test(.enabled(if: SmallDisk.isAvailable, "mounting a small disk takes root"))
    func `a full disk refuses results, keeps none of them by half, and takes them when there is room`() throws {
        try withTemporaryFolder { folder in
            try SmallDisk.mounted(on: folder, megabytes: 1) {
                var spool = try Spool(in: SpoolFolder(folder))
                try spool.write([Self.entry(1)])
                let many = (2...20).map(Self.entry)
                #expect(throws: (any Error).self) { try spool.write(many) }
                #expect(try files(in: folder) == ["00000001.results"])
                try spool.write([Self.entry(2)])
                #expect(try found(in: folder).entries == [Self.entry(1), Self.entry(2)])
            }
        }
    }

    @Test func `what a worker could not hand in, its next start does, and nobody computes it again`() async throws {
        try await withTemporaryFolder { folder in
            let (state, home) = (folder.appending(path: "state"), folder.appending(path: "worker"))
            let first = try FakeCluster(state: state)
            let submission = try first.coordinator.submit(FakeSweep.definition())
            let finished = Mutex<Set<TrialID>>([])
            let (coordinator, store) = (first.coordinator, first.store)
            let place = try SpoolFolder(home)
            let worker = try first.worker(
                identity: place.worker,
                runner: { body, trials, inputs, report in
                    coordinator.stop()
                    coordinator.waitUntilEnded()
                    try FakeSweep.runner(body, trials, inputs, report)
                    finished.withLock { $0.formUnion(trials) }
                }, spool: try Spool(in: place))
            coordinator.waitUntilEnded()
            while finished.withLock(\.isEmpty) {
                try Task.checkCancellation()
                await Task.yield()
            }
            worker.drain()
            _ = worker.waitUntilEnded()
            try store.close()
            let kept = try Spool(in: place)
            #expect(Set(kept.found.map(\.key.trial)) == finished.withLock { $0 })

            let again = Mutex<Set<TrialID>>([])
            let second = try FakeCluster(state: state, resumes: true)
            let successor = try second.worker(
                identity: place.worker,
                runner: { body, trials, inputs, report in
                    again.withLock { $0.formUnion(trials) }
                    try FakeSweep.runner(body, trials, inputs, report)
                }, spool: kept)
            let csv = try await second.finish(submission.sweep, [successor])
            #expect(csv.split(separator: "\n").count == 7)
            #expect(again.withLock { $0 }.isDisjoint(with: finished.withLock { $0 }))
            #expect(try Spool(in: place).found.isEmpty)
        }
    }

    @Test func `a coordinator on a restored backup does not make a worker throw its results away`() async throws {
        try await withTemporaryFolder { folder in
            let state = folder.appending(path: "state")
            let cluster = try FakeCluster(state: state)
            let submission = try cluster.coordinator.submit(FakeSweep.definition())
            let task = try #require(try cluster.store.unfinishedTasks().first)
            // As if the attempt had been given out after the backup.
            let name = AttemptName(task.id, Attempt(number: 7))
            let entries = try task.trials.map { trial in
                SpoolEntry(SpoolEntry.Key(try cluster.store.clusterID(), name, trial), FakeSweep.result(of: trial))
            }
            let place = try SpoolFolder(folder.appending(path: "worker"))
            var spool = try Spool(in: place)
            try spool.write(entries)
            let isSaid = Mutex(false)
            let worker = try cluster.worker(identity: place.worker, spool: try Spool(in: place)) { notice in
                if case .report(.notRecognised) = notice { isSaid.withLock { $0 = true } }
            }
            let csv = try await cluster.finish(submission.sweep, [worker])
            #expect(csv.split(separator: "\n").count == 7)
            #expect(isSaid.withLock { $0 })
            #expect(try Spool(in: place).found == entries)

            // The next coordinator knows no more of the attempt, but has the same results by now.
            let second = try FakeCluster(state: state, resumes: true)
            let (acknowledged, continuation) = AsyncStream.makeStream(of: TrialID.self)
            let successor = try second.worker(identity: place.worker, spool: try Spool(in: place)) { notice in
                if case .acknowledged(_, let trial) = notice { continuation.yield(trial) }
            }
            var left = Set(task.trials)
            for await trial in acknowledged {
                left.remove(trial)
                if left.isEmpty { break }
            }
            try second.stop([successor])
            #expect(try Spool(in: place).found.isEmpty)
        }
    }

    @Test func `results for one coordinator are not offered to another`() async throws {
        try await withTemporaryFolder { folder in
            let place = try SpoolFolder(folder.appending(path: "worker"))
            var spool = try Spool(in: place)
            try spool.write([Self.entry(1)])
            let cluster = try FakeCluster(state: folder.appending(path: "state"))
            let submission = try cluster.coordinator.submit(FakeSweep.definition())
            let worker = try cluster.worker(identity: place.worker, spool: try Spool(in: place))
            _ = try await cluster.finish(submission.sweep, [worker])
            #expect(try Spool(in: place).found == [Self.entry(1)])
        }
    }
}
