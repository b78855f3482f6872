import Experiments
import Foundation
import TestSupport
import Testing

/// What is kept of a task's features, and what a second task makes of it.
@Suite("Kept features")
struct FeatureCacheTests {
    private static let tests = [
        ExperimentTask.TestSet(name: "leaves", source: .leaves(count: 2, seed: 2)),
        ExperimentTask.TestSet(name: "white", source: .constant(1)),
    ]

    private func task(
        _ target: PositionMap, encoder: EncoderName = .none, stages: [Int] = [], train: ImageSource? = nil
    ) -> ExperimentTask {
        var settings = TrialSettings()
        settings.encoder.name = encoder
        settings.encoder.stages = stages
        settings.target = target
        settings.fit.epochs = 1
        return ExperimentTask(
            size: 32, train: train ?? .leaves(count: 6, seed: 1), test: Self.tests, weights: nil, mapsKept: 1,
            trials: [ExperimentTask.Trial(id: target.rawValue, settings: settings)])
    }

    /// A task's outcome, and how many images were passed through the encoder for it.
    private func run(_ task: ExperimentTask, _ cache: FeatureCache) throws -> (outcome: TrialOutcome, extracted: Int) {
        var outcome: TrialOutcome?
        var extracted = 0
        let trial = try #require(task.trials.first?.id)
        try Experiment(task, threads: 2, cache: cache).run(trials: [trial]) { event in
            switch event {
            case .progress(.features, _, _): extracted += 1
            case .progress: break
            case .finished(_, let found): outcome = found
            }
        }
        return (try #require(outcome), extracted)
    }

    private func files(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    }

    @Test func `a second task on the same images extracts nothing`() throws {
        let cache = FeatureCache(memoryLimit: 1 << 30)
        #expect(try run(task(.horizontal), cache).extracted == 6)
        let second = try run(task(.vertical), cache)
        #expect(second.extracted == 0)
        #expect(
            second.outcome.metrics == (try run(task(.vertical), FeatureCache(memoryLimit: 1 << 30))).outcome.metrics)
    }

    @Test func `other images, another encoder or other stages are extracted anew`() throws {
        let cache = FeatureCache(memoryLimit: 1 << 30)
        #expect(try run(task(.horizontal), cache).extracted == 6)
        #expect(try run(task(.horizontal, train: .leaves(count: 6, seed: 3)), cache).extracted == 6)
        #expect(try run(task(.horizontal, encoder: .vgg16, stages: [1]), cache).extracted == 6)
        #expect(try run(task(.horizontal, encoder: .vgg16, stages: [1, 2]), cache).extracted == 6)
        // A set with more stages serves those who want fewer.
        #expect(try run(task(.vertical, encoder: .vgg16, stages: [2]), cache).extracted == 0)
    }

    @Test func `files serve a later process with the same bits`() throws {
        try withTemporaryFolder { folder in
            let first = try run(task(.horizontal), FeatureCache(memoryLimit: 1 << 30, folder: folder))
            // The training set and two test sets.
            #expect(try files(in: folder).count == 3)
            let later = try run(task(.horizontal), FeatureCache(memoryLimit: 1 << 30, folder: folder))
            #expect((first.extracted, later.extracted) == (6, 0))
            #expect(first.outcome.metrics == later.outcome.metrics)
            #expect(first.outcome.maps == later.outcome.maps)
            #expect(first.outcome.data == later.outcome.data)
        }
    }

    @Test func `features that do not fit into memory are mapped from a file`() throws {
        try withTemporaryFolder { folder in
            let small = try run(task(.horizontal), FeatureCache(memoryLimit: 1, folder: folder))
            let large = try run(task(.horizontal), FeatureCache(memoryLimit: 1 << 30))
            #expect(small.outcome.metrics == large.outcome.metrics)
            #expect(small.outcome.maps == large.outcome.maps)
        }
    }

    @Test func `features that fit nowhere are refused with what would help`() throws {
        try withTemporaryFolder { folder throws in
            let error = #expect(throws: ExperimentError.self) {
                try run(task(.horizontal), FeatureCache(memoryLimit: 1, folder: folder, diskLimit: 100))
            }
            #expect(error?.description.contains("--cache-limit") == true)
            let left = try files(in: folder)
            #expect(left.isEmpty)
        }
    }

    /// Six images of 28x28x3 floats take 56 kB, the test sets 19 and 9 kB, all with a footer.
    @Test func `the files used longest ago go first`() throws {
        try withTemporaryFolder { folder in
            let cache = FeatureCache(memoryLimit: 1 << 30, folder: folder, diskLimit: 130_000)
            _ = try run(task(.horizontal), cache)
            let old = Set(try files(in: folder))
            #expect(old.count == 3)
            for name in old {
                let file = folder.appending(path: name)
                let isTraining = try Data(contentsOf: file).count > 50_000
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSince1970: isTraining ? 1000 : 2000)],
                    ofItemAtPath: file.path)
            }
            let other = FeatureCache(memoryLimit: 1 << 30, folder: folder, diskLimit: 130_000)
            _ = try run(task(.horizontal, train: .leaves(count: 6, seed: 9)), other)
            let left = Set(try files(in: folder))
            // The old training set made room; the test sets were used again.
            #expect(left.count == 3)
            #expect(left.intersection(old).count == 2)
        }
    }

    @Test(arguments: ["cut", "longer", "other footer", "no mark", "empty", "huge footer"])
    func `a damaged file is extracted anew and written again`(damage: String) throws {
        try withTemporaryFolder { folder in
            let first = try run(task(.horizontal), FeatureCache(memoryLimit: 1 << 30, folder: folder))
            for name in try files(in: folder) {
                let file = folder.appending(path: name)
                var data = try Data(contentsOf: file)
                switch damage {
                case "cut": data.removeFirst(64)
                case "longer": data = Data(count: 64) + data
                case "no mark": data[data.count - 1] = 0
                case "huge footer":
                    data.replaceSubrange(data.count - 16..<data.count - 8, with: Data(repeating: 255, count: 8))
                case "empty": data = Data()
                default: break
                }
                if damage == "other footer" {
                    let text = try #require(data.range(of: Data("encoder none".utf8)))
                    data.replaceSubrange(text, with: Data("encoder some".utf8))
                }
                try data.write(to: file)
            }
            let again = try run(task(.horizontal), FeatureCache(memoryLimit: 1 << 30, folder: folder))
            #expect(again.extracted == 6)
            #expect(again.outcome.metrics == first.outcome.metrics)
            let third = try run(task(.horizontal), FeatureCache(memoryLimit: 1 << 30, folder: folder))
            #expect(third.extracted == 0)
        }
    }

    @Test func `a folder that cannot be written to costs no result`() throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "file")
            try Data().write(to: file)
            let outcome = try run(task(.horizontal), FeatureCache(memoryLimit: 1 << 30, folder: file)).outcome
            #expect(outcome.metrics == (try run(task(.horizontal), FeatureCache(memoryLimit: 1 << 30))).outcome.metrics)
        }
    }

    @Test func `a set of files is what their names and bytes are`() throws {
        try withTemporaryFolder { folder in
            let (one, other) = (folder.appending(path: "one"), folder.appending(path: "other"))
            for copy in [one, other] {
                try FileManager.default.createDirectory(at: copy, withIntermediateDirectories: true)
                for name in ["420.jpg", "colour.png"] {
                    try FileManager.default.copyItem(at: fixture("images/\(name)"), to: copy.appending(path: name))
                }
            }
            let cache = FeatureCache(memoryLimit: 1 << 30)
            #expect(try run(task(.horizontal, train: .folder(path: one.path, limit: nil)), cache).extracted == 2)
            #expect(try run(task(.vertical, train: .folder(path: other.path, limit: nil)), cache).extracted == 0)
            try FileManager.default.removeItem(at: other.appending(path: "420.jpg"))
            try FileManager.default.copyItem(
                at: other.appending(path: "colour.png"), to: other.appending(path: "420.jpg"))
            #expect(try run(task(.vertical, train: .folder(path: other.path, limit: nil)), cache).extracted == 2)
        }
    }
}
