import Coordination
import Foundation
import ResultsStore
import TestSupport
import Testing

@Suite("Commit: exactly one result for each trial")
struct CommitTests {
    @Test func `the first result of a trial stays, and the same bits again are no news`() throws {
        try withStore { store in
            let first = try store.commit([Samples.found(1)])
            #expect(first.added == [Samples.trial(1)])
            let elsewhere = Samples.result(host: "lab2", seconds: 9)
            let again = Samples.found(1, Attempt(number: 2), by: Samples.bob, finding: elsewhere)
            #expect(try store.commit([again]).repeated == [Samples.trial(1)])
            #expect(try store.provenance(of: Samples.trial(1))?.result.host == "lab1")
            #expect(try store.events().isEmpty)
        }
    }

    @Test func `the same result twice in one batch is one result`() throws {
        try withStore { store in
            let report = try store.commit([Samples.found(1), Samples.found(1)])
            #expect(report.added == [Samples.trial(1)])
            #expect(report.repeated == [Samples.trial(1)])
        }
    }

    @Test(arguments: [
        Samples.result(spc: 0.742.nextUp), Samples.result(spc: nil),
        Samples.result(pixels: [0, 0.25, 0.5, 0.75, 1, 0.0]),
    ])
    func `a second result with other bits changes nothing and is told as an event`(other: TrialResult) throws {
        try withStore { store in
            try store.commit([Samples.found(1)])
            let report = try store.commit([Samples.found(1, by: Samples.bob, finding: other)])
            #expect(report.diverged == [Samples.trial(1)])
            let events = try store.events()
            #expect(events.map(\.kind) == ["divergence"])
            #expect(events.first?.trial == Samples.trial(1))
            #expect(events.first?.worker == Samples.bob)
            #expect(try store.commit([Samples.found(1)]).repeated == [Samples.trial(1)])
        }
    }

    @Test func `a map comes back bit for bit, and an undefined metric stays undefined`() throws {
        try withStore { store in
            let pixels: [Float] = [0.1, -0.0, .nan, .infinity, .leastNonzeroMagnitude, 1]
            try store.commit([Samples.found(1, finding: Samples.result(spc: .nan, pixels: pixels))])
            var maps: [StoredMap] = []
            try store.forEachMap(of: SweepID(high: 5, low: 1)) { maps.append($0) }
            #expect(maps.map { $0.map.values.map(\.bitPattern) } == [pixels.map(\.bitPattern)])
            #expect(maps.map(\.trial) == [Samples.trial(1)])
            #expect(maps.first?.map.imageName == "leaf.png")
            #expect(
                try store.commit([Samples.found(1, by: Samples.bob, finding: Samples.result(pixels: pixels))]).diverged
                    .count == 1)
        }
    }

    @Test(arguments: [
        [Samples.metric("natural", "SPC", 1, images: 2, undefined: 3)],
        [Samples.metric("natural", "SPC", 1, images: -1)],
        [Samples.metric("natural", "SPC", 1), Samples.metric("natural", "SPC", 2)],
    ])
    func `a result that contradicts itself is refused alone`(metrics: [TrialResult.Metric]) throws {
        try withStore { store in
            let wrong = TrialResult(metrics: metrics, maps: [], skipped: [], provenance: Samples.provenance())
            let report = try store.commit([Samples.found(1), Samples.found(2, finding: wrong), Samples.found(3)])
            #expect(report.added == [Samples.trial(1), Samples.trial(3)])
            #expect(report.refused.map(\.trial) == [Samples.trial(2)])
            #expect(try store.events().map(\.kind) == ["refused"])
        }
    }

    @Test(arguments: [(0, 3), (2, 2), (-2, -3), (5000, 1), (Int.max, 2)])
    func `a map whose values do not fill its shape is refused`(height: Int, width: Int) throws {
        try withStore { store in
            let map = TrialResult.Map(
                testSet: "natural", image: 0, imageName: "a", height: height, width: width,
                values: [Float](repeating: 0, count: 6))
            let result = TrialResult(metrics: [], maps: [map], skipped: [], provenance: Samples.provenance())
            let report = try store.commit([Samples.found(1, finding: result)])
            #expect(report.refused.map(\.trial) == [Samples.trial(1)])
        }
    }

    @Test func `a result of an unknown trial or task is refused`() throws {
        try withStore { store in
            let report = try store.commit([Samples.found(99), Samples.found(1, task: 99), Samples.found(2)])
            #expect(report.refused.map(\.trial) == [Samples.trial(99), Samples.trial(1)])
            #expect(report.added == [Samples.trial(2)])
        }
    }

    @Test func `whatever order results come in, every trial has one`() throws {
        try withStore { store in
            let records = (1...6).map { Samples.found($0) }
            for start in 0..<6 {
                try store.commit(Array(records[start...] + records[..<start]))
            }
            #expect(try store.unfinishedTasks() == [])
            #expect(try store.progress().map(\.trials.finished) == [6])
        }
    }

    @Test func `what is committed is there for the next process`() throws {
        try withTemporaryFolder { folder in
            do {
                let store = try ResultsStore(folder: folder)
                _ = try store.submit(Samples.sweep(), at: Samples.noon)
                try store.commit([Samples.found(1), Samples.found(2)])
                try store.close()
            }
            let store = try ResultsStore(folder: folder)
            #expect(try store.unfinishedTasks().map(\.id) == [Samples.task(2), Samples.task(3)])
        }
    }
}
