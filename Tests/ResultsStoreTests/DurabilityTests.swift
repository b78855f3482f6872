import Coordination
import Foundation
import ResultsStore
import TestSupport
import Testing

@Suite("Durability")
struct DurabilityTests {
    /// Fault loop: the database may grow by one page, by two, … until a run needs no more.
    @Test func `wherever the room ends, what was acknowledged is there, and nothing twice`() throws {
        var pages = 0
        var isUntouched = false
        while !isUntouched {
            pages += 1
            try #require(pages < 100, "the loop has to end")
            isUntouched = try runsToTheEnd(withPages: pages)
        }
        #expect(pages > 3)
    }

    private func runsToTheEnd(withPages pages: Int) throws -> Bool {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "results.sqlite")
            do {
                let store = try ResultsStore(folder: folder)
                _ = try store.submit(Samples.sweep(), at: Samples.noon)
                try store.close()
            }
            let start = try file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
            var acknowledged = 0
            do {
                let store = try ResultsStore(folder: folder, largestSize: start + pages * 4096)
                for number in 1...6 as ClosedRange<UInt64> {
                    let report: CommitReport
                    do {
                        report = try store.commit([largeFinding(number)])
                    } catch let error as StoreError {
                        #expect(error == StoreError.full(folder: folder.path))
                        #expect(try store.progress().map(\.trials.finished) == [acknowledged])
                        break
                    }
                    acknowledged += report.added.count
                }
            }
            let store = try ResultsStore(folder: folder)
            #expect(try store.progress().map(\.trials.finished) == [acknowledged])
            let report = try store.commit((1...6).map(largeFinding))
            #expect(report.repeated.count == acknowledged)
            #expect(report.added.count == 6 - acknowledged)
            try store.close()
            #expect(try RawDatabase.strings("PRAGMA integrity_check", in: file) == ["ok"])
            return acknowledged == 6
        }
    }

    @Test func `a first start that ends anywhere can be made again`() throws {
        var pages = 0
        var isUntouched = false
        while !isUntouched {
            pages += 1
            try #require(pages < 200, "the loop has to end")
            isUntouched = try withTemporaryFolder { folder in
                let first = Result { try ResultsStore(folder: folder, largestSize: pages * 4096).close() }
                if case .failure(let error) = first {
                    #expect(error as? StoreError == .full(folder: folder.path))
                    // What is there is whole: nothing, or an empty state folder as an earlier version made it.
                    do {
                        let reading = try ResultsStore(reading: folder)
                        #expect(try reading.progress().isEmpty)
                        try reading.close()
                    } catch {
                        #expect(error as? StoreError == .nothingThere(folder: folder.path))
                    }
                }
                let store = try ResultsStore(folder: folder)
                #expect(try store.submit(Samples.sweep(), at: Samples.noon).added.count == 6)
                return (try? first.get()) != nil  // A failure was looked at above.
            }
        }
        #expect(pages > 3)
    }

    /// A power cut leaves some beginning of the log on the disk.
    @Test func `a log that is cut anywhere holds whole batches, and every one that was acknowledged before`() throws {
        try withTemporaryFolder { folder in
            let store = try ResultsStore(folder: folder)
            _ = try store.submit(Samples.sweep(), at: Samples.noon)
            let log = folder.appending(path: "results.sqlite-wal")
            var sizes: [Int] = []
            for task in 1...3 as ClosedRange<UInt64> {
                try store.commit([
                    .attemptStarted(Samples.task(task), .first, worker: Samples.alice),
                    largeFinding(2 * task - 1), largeFinding(2 * task),
                    .attemptEnded(Samples.task(task), .first, .done),
                ])
                sizes.append(try Data(contentsOf: log).count)
            }
            let whole = try Data(contentsOf: log)
            let frame = 4096 + 24
            try #require(sizes.last == whole.count)
            for cut in stride(from: sizes[0] - 3 * frame, through: whole.count, by: frame / 2) {
                try expectWholeBatches(folder, log: whole.prefix(cut), acknowledged: sizes.count { $0 <= cut })
            }
        }
    }

    private func expectWholeBatches(_ folder: URL, log: Data, acknowledged: Int) throws {
        try withTemporaryFolder { copy in
            let file = copy.appending(path: "results.sqlite")
            try FileManager.default.copyItem(at: folder.appending(path: "results.sqlite"), to: file)
            try log.write(to: copy.appending(path: "results.sqlite-wal"))
            let store = try ResultsStore(folder: copy)
            let missing = try store.unfinishedTasks()
            #expect(missing.map(\.id) == (1...3).map { Samples.task($0) }.suffix(3 - acknowledged))
            #expect(missing.allSatisfy { $0.trials.count == 2 && $0.nextAttempt == .first }, "half a batch")
            try store.close()
            #expect(try RawDatabase.strings("PRAGMA integrity_check", in: file) == ["ok"])
        }
    }

    @Test(.enabled(if: SmallDisk.isAvailable, "needs root and tmpfs"))
    func `a full disk is said, loses nothing, and work goes on when there is room`() throws {
        try withTemporaryFolder { folder in
            try SmallDisk.mounted(on: folder, megabytes: 12) {
                let store = try ResultsStore(folder: folder)
                _ = try store.submit(Samples.sweep(tasks: 1...200), at: Samples.noon)
                let filler = folder.appending(path: "filler")
                try Data(count: 7 << 20).write(to: filler)
                // The first time, the log can be written back, which makes some room; the second time there is none.
                var acknowledged = try commitUntilFull(store)
                acknowledged += try commitUntilFull(store)
                #expect((1..<400).contains(acknowledged))
                #expect(try store.progress().map(\.trials.finished) == [acknowledged])

                try FileManager.default.removeItem(at: filler)
                let report = try store.commit((1...400).map(largeFinding))
                #expect(report.repeated.count == acknowledged)
                #expect(report.added.count == 400 - acknowledged)
                try store.close()
                let file = folder.appending(path: "results.sqlite")
                #expect(try RawDatabase.strings("PRAGMA integrity_check", in: file) == ["ok"])
            }
        }
    }

    /// How many results were new before the disk was full.
    private func commitUntilFull(_ store: ResultsStore) throws -> Int {
        var acknowledged = 0
        for number in 1...400 as ClosedRange<UInt64> {
            do {
                acknowledged += try store.commit([largeFinding(number)]).added.count
            } catch {
                #expect(error == StoreError.full(folder: store.folder.path))
                return acknowledged
            }
        }
        Issue.record("the disk is larger than the test thinks")
        return acknowledged
    }

    @Test(.enabled(if: SmallDisk.isAvailable, "needs root and tmpfs"))
    func `a read-only disk can be read but not coordinated from`() throws {
        try withTemporaryFolder { folder in
            try SmallDisk.mounted(on: folder, megabytes: 12) {
                do {
                    let store = try ResultsStore(folder: folder)
                    _ = try store.submit(Samples.sweep(), at: Samples.noon)
                    try store.commit([Samples.found(1)])
                    try store.close()
                }
                try SmallDisk.makeReadOnly(folder)
                #expect(throws: StoreError.readOnly(folder: folder.path)) { try ResultsStore(folder: folder) }
                #expect(throws: StoreError.readOnly(folder: folder.path + "/new")) {
                    try ResultsStore(folder: folder.appending(path: "new"))
                }
                let reader = try ResultsStore(reading: folder)
                #expect(try reader.progress().map(\.trials.finished) == [1])
            }
        }
    }

    /// A finding with a map of the readout's size, which takes a page of its own.
    private func largeFinding(_ number: UInt64) -> Record {
        let map = TrialResult.Map(
            testSet: "natural", image: 0, imageName: "leaf.png", height: 26, width: 26,
            values: (0..<676).map { Float($0) * Float(number) })
        let result = TrialResult(
            metrics: Samples.result().metrics, maps: [map], skipped: [], provenance: Samples.provenance())
        return Samples.found(number, finding: result)
    }
}
